CREATE TABLE "used_tokens" (
	"issuer" text NOT NULL,
	"token_id" text NOT NULL,
	"purpose" text,
	"until" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "used_tokens_issuer_token_id_pk" PRIMARY KEY("issuer","token_id")
);
--> statement-breakpoint
CREATE INDEX "used_tokens_until" ON "used_tokens" USING btree ("until");