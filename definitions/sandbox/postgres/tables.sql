-- generated from topology.yaml: edit that
CREATE TABLE IF NOT EXISTS usage (
  account_id text NOT NULL,
  product text NOT NULL,
  unit text NOT NULL,
  quantity numeric(38, 6),
  minute_start timestamp(3) NOT NULL,
  tier text,
  PRIMARY KEY (account_id, product, unit, minute_start)
);
COMMENT ON TABLE usage IS 'Usage by minute, with tier. Invoices are made from it.';
COMMENT ON COLUMN usage.unit IS 'minutes, GiB, requests';

CREATE TABLE IF NOT EXISTS usage_daily (
  account_id text NOT NULL,
  product text NOT NULL,
  unit text NOT NULL,
  quantity numeric(38, 6),
  day_start timestamp(3) NOT NULL,
  PRIMARY KEY (account_id, product, unit, day_start)
);
COMMENT ON TABLE usage_daily IS 'Usage by day of all products.';
COMMENT ON COLUMN usage_daily.unit IS 'minutes, GiB, requests';

CREATE TABLE IF NOT EXISTS subscriptions (
  account_id text NOT NULL,
  tier text,
  PRIMARY KEY (account_id)
);
COMMENT ON TABLE subscriptions IS 'Which tier an account pays for.';
COMMENT ON COLUMN subscriptions.tier IS 'free, team or enterprise';
