CREATE TABLE "orders" (
	"id" uuid PRIMARY KEY NOT NULL,
	"issuer" text NOT NULL,
	"subject" text NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"items" jsonb NOT NULL,
	"total" bigint NOT NULL,
	"currency" text NOT NULL,
	"payment_method" text NOT NULL,
	"payment_id" uuid,
	"payment_status" text,
	"decline_reason" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"decided_at" timestamp (3) with time zone,
	CONSTRAINT "orders_status_known" CHECK ("orders"."status" in ('pending', 'confirmed', 'cancelled')),
	CONSTRAINT "orders_decided" CHECK (("orders"."status" = 'pending') = ("orders"."decided_at" is null)),
	CONSTRAINT "orders_confirmed_are_paid" CHECK ("orders"."status" <> 'confirmed' or "orders"."payment_id" is not null),
	CONSTRAINT "orders_pending_are_unpaid" CHECK ("orders"."status" <> 'pending' or "orders"."payment_id" is null),
	CONSTRAINT "orders_payment_whole" CHECK (("orders"."payment_id" is null) = ("orders"."payment_status" is null))
);
--> statement-breakpoint
CREATE INDEX "orders_of_owner" ON "orders" USING btree ("issuer","subject","created_at","id");--> statement-breakpoint
CREATE INDEX "orders_pending" ON "orders" USING btree ("created_at") WHERE "orders"."status" = 'pending';