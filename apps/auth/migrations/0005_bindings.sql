CREATE TABLE "exchanged_tokens" (
	"token_id" text PRIMARY KEY NOT NULL,
	"subject_token_id" text NOT NULL,
	"subject_key_id" text,
	"sub" text NOT NULL,
	"client_id" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "second_keys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"sid" uuid NOT NULL,
	"sub" text NOT NULL,
	"token_id" text NOT NULL,
	"scopes" text[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "second_keys_token_id_unique" UNIQUE("token_id")
);
--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "confirmation" jsonb;--> statement-breakpoint
ALTER TABLE "second_keys" ADD CONSTRAINT "second_keys_sid_sessions_sid_fk" FOREIGN KEY ("sid") REFERENCES "public"."sessions"("sid") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "exchanged_tokens_of_subject_token" ON "exchanged_tokens" USING btree ("subject_token_id");--> statement-breakpoint
CREATE INDEX "exchanged_tokens_of_subject_key" ON "exchanged_tokens" USING btree ("subject_key_id");--> statement-breakpoint
CREATE INDEX "exchanged_tokens_of_client" ON "exchanged_tokens" USING btree ("client_id");--> statement-breakpoint
CREATE INDEX "exchanged_tokens_expires_at" ON "exchanged_tokens" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "second_keys_of_subject" ON "second_keys" USING btree ("sub");--> statement-breakpoint
CREATE INDEX "second_keys_expires_at" ON "second_keys" USING btree ("expires_at");