CREATE TABLE "known_addresses" (
	"hash" text PRIMARY KEY NOT NULL,
	"sub" text NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "known_addresses" ADD CONSTRAINT "known_addresses_sub_subjects_sub_fk" FOREIGN KEY ("sub") REFERENCES "public"."subjects"("sub") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "known_addresses_sub" ON "known_addresses" USING btree ("sub","seen_at");--> statement-breakpoint
CREATE INDEX "known_addresses_seen" ON "known_addresses" USING btree ("seen_at");