CREATE TABLE "claims" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "claims_kind_known" CHECK ("claims"."kind" in ('charge', 'refund', 'fence'))
);
--> statement-breakpoint
CREATE TABLE "sandbox_refunds" (
	"idempotency_key" text PRIMARY KEY NOT NULL,
	"reference" text NOT NULL,
	"charge_reference" text NOT NULL,
	"amount" bigint NOT NULL,
	"currency" text NOT NULL,
	"outcome" text NOT NULL,
	"decline_reason" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "refunds" (
	"id" uuid PRIMARY KEY NOT NULL,
	"payment_id" uuid NOT NULL,
	"charge_reference" text NOT NULL,
	"issuer" text NOT NULL,
	"subject" text NOT NULL,
	"amount" bigint NOT NULL,
	"currency" text NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"gateway_reference" text,
	"decline_reason" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"decided_at" timestamp (3) with time zone,
	CONSTRAINT "refunds_amount_positive" CHECK ("refunds"."amount" > 0),
	CONSTRAINT "refunds_status_known" CHECK ("refunds"."status" in ('pending', 'succeeded', 'declined')),
	CONSTRAINT "refunds_decided" CHECK (("refunds"."status" = 'pending') = ("refunds"."decided_at" is null)),
	CONSTRAINT "refunds_made" CHECK (("refunds"."status" = 'succeeded') = ("refunds"."gateway_reference" is not null)),
	CONSTRAINT "refunds_declined" CHECK (("refunds"."status" = 'declined') = ("refunds"."decline_reason" is not null))
);
--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "refunded" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "refunding" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_payment_id_payments_id_fk" FOREIGN KEY ("payment_id") REFERENCES "public"."payments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "sandbox_refunds_charge_reference" ON "sandbox_refunds" USING btree ("charge_reference");--> statement-breakpoint
CREATE INDEX "refunds_payment_id" ON "refunds" USING btree ("payment_id");--> statement-breakpoint
ALTER TABLE "sandbox_charges" ADD CONSTRAINT "sandbox_charges_reference_unique" UNIQUE("reference");--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_refunds_of_charges" CHECK ("payments"."status" = 'succeeded' or "payments"."refunded" + "payments"."refunding" = 0);--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_refunds_within_charge" CHECK ("payments"."refunded" >= 0 and "payments"."refunding" >= 0 and "payments"."refunded" + "payments"."refunding" <= "payments"."amount");