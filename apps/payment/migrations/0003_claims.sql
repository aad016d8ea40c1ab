-- What a table definition cannot say about claims: storing a payment or a refund claims its id, and a claim is for ever.
INSERT INTO claims (id, kind, created_at) SELECT order_id, 'charge', created_at FROM payments;
--> statement-breakpoint
-- Where somebody else has claimed the id, the row is left out, as ON CONFLICT DO NOTHING leaves one out.
CREATE FUNCTION payments_claim_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO claims (id, kind) VALUES (NEW.order_id, 'charge') ON CONFLICT (id) DO NOTHING;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  RETURN NEW;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER payments_claim BEFORE INSERT ON payments FOR EACH ROW EXECUTE FUNCTION payments_claim_order();
--> statement-breakpoint
CREATE FUNCTION refunds_claim_id() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO claims (id, kind) VALUES (NEW.id, 'refund') ON CONFLICT (id) DO NOTHING;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  RETURN NEW;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER refunds_claim BEFORE INSERT ON refunds FOR EACH ROW EXECUTE FUNCTION refunds_claim_id();
--> statement-breakpoint
CREATE FUNCTION claims_must_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'claims are never changed or removed: whoever claimed an id first has it for ever' USING ERRCODE = 'check_violation';
END;
$$;
--> statement-breakpoint
CREATE TRIGGER claims_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON claims
  FOR EACH STATEMENT EXECUTE FUNCTION claims_must_stay();
