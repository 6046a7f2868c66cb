-- generated from topology.yaml: edit that
CREATE TABLE IF NOT EXISTS rates (
  currency text NOT NULL,
  rate double precision,
  PRIMARY KEY (currency)
);

CREATE TABLE IF NOT EXISTS totals (
  customer text NOT NULL,
  currency text NOT NULL,
  amount numeric(38, 2),
  day_start timestamp(3) NOT NULL,
  PRIMARY KEY (customer, currency, day_start)
);

CREATE TABLE IF NOT EXISTS sums (
  customer text NOT NULL,
  currency text NOT NULL,
  amount numeric(38, 2),
  orders bigint,
  PRIMARY KEY (customer, currency)
);

CREATE TABLE IF NOT EXISTS "Raw" (
  order_id text NOT NULL,
  customer text,
  currency text,
  amount numeric(18, 2),
  at timestamp(3),
  tier text,
  rate double precision,
  PRIMARY KEY (order_id)
);
COMMENT ON TABLE "Raw" IS 'It''s all';
