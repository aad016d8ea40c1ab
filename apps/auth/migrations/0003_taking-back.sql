CREATE TABLE "audit_entries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_entries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"action" text NOT NULL,
	"actor_issuer" text,
	"actor_subject" text,
	"actor_client" text,
	"subject" text,
	"before" jsonb,
	"after" jsonb,
	"request_id" text
);
--> statement-breakpoint
CREATE TABLE "former_client_sessions" (
	"sid" uuid PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"replaced_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "clients" ADD COLUMN "session_id" uuid DEFAULT gen_random_uuid() NOT NULL;--> statement-breakpoint
ALTER TABLE "former_client_sessions" ADD CONSTRAINT "former_client_sessions_client_id_clients_client_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("client_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "former_client_sessions_of_client" ON "former_client_sessions" USING btree ("client_id");--> statement-breakpoint
CREATE INDEX "security_events_entries" ON "security_events" USING gin ("entries" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "sessions_of_subject" ON "sessions" USING btree ("sub");