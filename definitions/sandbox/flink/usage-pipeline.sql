-- generated from topology.yaml: edit that
SET 'pipeline.name' = 'usage-pipeline';
SET 'pipeline.global-job-parameters' = 'streamatlas.digest:64f8734f1027d253';
SET 'parallelism.default' = '1';
SET 'table.local-time-zone' = 'UTC';
SET 'table.exec.state.ttl' = '4 d';
SET 'table.optimizer.agg-phase-strategy' = 'ONE_PHASE';
SET 'execution.checkpointing.interval' = '5 s';
SET 'execution.checkpointing.timeout' = '5 min';
SET 'execution.checkpointing.dir' = '$FLINK_STATE/usage-pipeline/checkpoints';
SET 'execution.checkpointing.externalized-checkpoint-retention' = 'RETAIN_ON_CANCELLATION';
SET 'restart-strategy.type' = 'exponential-delay';
SET 'restart-strategy.exponential-delay.initial-backoff' = '1 s';
SET 'restart-strategy.exponential-delay.max-backoff' = '2 min';
SET 'restart-strategy.exponential-delay.reset-backoff-threshold' = '10 min';

CREATE TEMPORARY TABLE kafka_main WITH (
  'properties.bootstrap.servers' = '$KAFKA_ADDRESS',
  'properties.security.protocol' = 'SASL_PLAINTEXT',
  'properties.sasl.mechanism' = 'SCRAM-SHA-512',
  'properties.sasl.jaas.config' = 'org.apache.flink.kafka.shaded.org.apache.kafka.common.security.scram.ScramLoginModule required username="usage-pipeline" password="$KAFKA_PASSWORD_USAGE_PIPELINE";'
);

CREATE TEMPORARY TABLE kafka_in WITH (
  'connector' = 'kafka',
  'properties.group.id' = 'usage-pipeline',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601'
) LIKE kafka_main;

CREATE TEMPORARY TABLE kafka_out WITH (
  'connector' = 'kafka',
  'sink.delivery-guarantee' = 'exactly-once',
  'properties.transaction.timeout.ms' = '840000',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601',
  'value.json.encode.decimal-as-plain-number' = 'true'
) LIKE kafka_main;

CREATE TEMPORARY TABLE usage_minute_compute (
  account_id STRING,
  product STRING,
  unit STRING,
  quantity DECIMAL(38, 6),
  minute_start TIMESTAMP_LTZ(3),
  WATERMARK FOR minute_start AS minute_start - INTERVAL '1' MINUTE
) WITH (
  'topic' = 'usage.minute.compute',
  'scan.watermark.idle-timeout' = '1 min'
) LIKE kafka_in;

CREATE TEMPORARY TABLE usage_minute_mail (
  account_id STRING,
  product STRING,
  unit STRING,
  quantity DECIMAL(38, 6),
  minute_start TIMESTAMP_LTZ(3),
  WATERMARK FOR minute_start AS minute_start - INTERVAL '1' MINUTE
) WITH (
  'topic' = 'usage.minute.mail',
  'scan.watermark.idle-timeout' = '1 min'
) LIKE kafka_in;

CREATE TEMPORARY TABLE usage_minute_cast (
  account_id STRING,
  product STRING,
  unit STRING,
  quantity DECIMAL(38, 6),
  minute_start TIMESTAMP_LTZ(3),
  WATERMARK FOR minute_start AS minute_start - INTERVAL '1' MINUTE
) WITH (
  'topic' = 'usage.minute.cast',
  'scan.watermark.idle-timeout' = '1 min'
) LIKE kafka_in;

CREATE TEMPORARY TABLE usage_minute_forms (
  account_id STRING,
  product STRING,
  unit STRING,
  quantity DECIMAL(38, 6),
  minute_start TIMESTAMP_LTZ(3),
  WATERMARK FOR minute_start AS minute_start - INTERVAL '1' MINUTE
) WITH (
  'topic' = 'usage.minute.forms',
  'scan.watermark.idle-timeout' = '1 min'
) LIKE kafka_in;

CREATE TEMPORARY TABLE usage_minute_maps (
  account_id STRING,
  product STRING,
  unit STRING,
  quantity DECIMAL(38, 6),
  minute_start TIMESTAMP_LTZ(3),
  WATERMARK FOR minute_start AS minute_start - INTERVAL '1' MINUTE
) WITH (
  'topic' = 'usage.minute.maps',
  'scan.watermark.idle-timeout' = '5 min'
) LIKE kafka_in;

CREATE TEMPORARY TABLE usage_minute_meet (
  account_id STRING,
  product STRING,
  unit STRING,
  quantity DECIMAL(38, 6),
  minute_start TIMESTAMP_LTZ(3),
  WATERMARK FOR minute_start AS minute_start - INTERVAL '1' MINUTE
) WITH (
  'topic' = 'usage.minute.meet',
  'scan.watermark.idle-timeout' = '5 min'
) LIKE kafka_in;

CREATE TEMPORARY TABLE accounts (
  account_id STRING,
  plan STRING,
  changed_at TIMESTAMP_LTZ(3),
  PRIMARY KEY (account_id) NOT ENFORCED,
  WATERMARK FOR changed_at AS changed_at - INTERVAL '1' MINUTE
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'accounts',
  'properties.group.id' = 'usage-pipeline',
  'properties.isolation.level' = 'read_committed',
  'key.format' = 'raw',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601',
  'scan.watermark.idle-timeout' = '1 min'
) LIKE kafka_main;

CREATE TEMPORARY TABLE usage_minute_vault (
  account_id STRING,
  product STRING,
  unit STRING,
  quantity DECIMAL(38, 6),
  minute_start TIMESTAMP_LTZ(3),
  PRIMARY KEY (account_id, product, unit, minute_start) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'usage.minute.vault',
  'properties.group.id' = 'usage-pipeline',
  'properties.isolation.level' = 'read_committed',
  'key.format' = 'json',
  'key.json.timestamp-format.standard' = 'ISO-8601',
  'key.json.encode.decimal-as-plain-number' = 'true',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601'
) LIKE kafka_main;

CREATE TEMPORARY TABLE store_subscriptions (
  account_id STRING,
  tier STRING,
  PRIMARY KEY (account_id) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '$POSTGRES_ADDRESS',
  'table-name' = 'subscriptions',
  'username' = '$POSTGRES_USER',
  'password' = '$POSTGRES_PASSWORD',
  'lookup.cache' = 'PARTIAL',
  'lookup.partial-cache.expire-after-write' = '10 min',
  'lookup.partial-cache.max-rows' = '100000'
);

CREATE TEMPORARY TABLE usage_hourly (
  account_id STRING,
  plan STRING,
  product STRING,
  unit STRING,
  quantity DECIMAL(38, 6),
  hour_start TIMESTAMP_LTZ(3)
) WITH (
  'topic' = 'usage.hourly',
  'key.format' = 'raw',
  'key.fields' = 'account_id',
  'sink.transactional-id-prefix' = 'usage-pipeline/usage.hourly'
) LIKE kafka_out;

CREATE TEMPORARY TABLE store_usage (
  account_id STRING,
  product STRING,
  unit STRING,
  quantity DECIMAL(38, 6),
  minute_start TIMESTAMP(3),
  tier STRING,
  PRIMARY KEY (account_id, product, unit, minute_start) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '$POSTGRES_ADDRESS',
  'table-name' = 'usage',
  'username' = '$POSTGRES_USER',
  'password' = '$POSTGRES_PASSWORD',
  'sink.buffer-flush.max-rows' = '1000',
  'sink.buffer-flush.interval' = '1 s'
);

CREATE TEMPORARY TABLE store_usage_daily (
  account_id STRING,
  product STRING,
  unit STRING,
  quantity DECIMAL(38, 6),
  day_start TIMESTAMP(3),
  PRIMARY KEY (account_id, product, unit, day_start) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '$POSTGRES_ADDRESS',
  'table-name' = 'usage_daily',
  'username' = '$POSTGRES_USER',
  'password' = '$POSTGRES_PASSWORD',
  'sink.buffer-flush.max-rows' = '1000',
  'sink.buffer-flush.interval' = '1 s'
);

CREATE TEMPORARY VIEW minutes AS
SELECT account_id, product, unit, quantity, minute_start
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY account_id, product, unit, minute_start ORDER BY now_at) AS n
  FROM (SELECT *, PROCTIME() AS now_at FROM (
    SELECT account_id, product, unit, quantity, minute_start FROM usage_minute_compute
    UNION ALL
    SELECT account_id, product, unit, quantity, minute_start FROM usage_minute_mail
    UNION ALL
    SELECT account_id, product, unit, quantity, minute_start FROM usage_minute_cast
    UNION ALL
    SELECT account_id, product, unit, quantity, minute_start FROM usage_minute_forms
    UNION ALL
    SELECT account_id, product, unit, quantity, minute_start FROM usage_minute_maps
    UNION ALL
    SELECT account_id, product, unit, quantity, minute_start FROM usage_minute_meet
  ))
)
WHERE n = 1;

CREATE TEMPORARY VIEW planned AS
SELECT l.account_id, l.product, l.unit, l.quantity, l.minute_start, r.plan
FROM minutes AS l
LEFT JOIN accounts FOR SYSTEM_TIME AS OF l.minute_start AS r
  ON r.account_id = l.account_id;

CREATE TEMPORARY VIEW store_usage_daily_in AS
SELECT account_id, product, unit, quantity, minute_start
FROM (
  SELECT account_id, product, unit, quantity, minute_start FROM minutes
  UNION ALL
  SELECT account_id, product, unit, quantity, minute_start FROM usage_minute_vault
);

EXECUTE STATEMENT SET BEGIN

  INSERT INTO usage_hourly
  SELECT account_id, plan, product, unit, quantity, hour_start
  FROM (
    SELECT account_id, plan, product, unit, SUM(quantity) AS quantity, window_start AS hour_start
    FROM TABLE(TUMBLE(TABLE planned, DESCRIPTOR(minute_start), INTERVAL '1' HOUR))
    GROUP BY account_id, plan, product, unit, window_start, window_end
  );

  INSERT INTO store_usage
  SELECT l.account_id, l.product, l.unit, l.quantity, l.minute_start, r.tier
  FROM (SELECT *, PROCTIME() AS now_at FROM minutes) AS l
  LEFT JOIN store_subscriptions FOR SYSTEM_TIME AS OF l.now_at AS r
    ON r.account_id = l.account_id;

  INSERT INTO store_usage
  SELECT l.account_id, l.product, l.unit, l.quantity, l.minute_start, r.tier
  FROM (SELECT *, PROCTIME() AS now_at FROM usage_minute_vault) AS l
  LEFT JOIN store_subscriptions FOR SYSTEM_TIME AS OF l.now_at AS r
    ON r.account_id = l.account_id;

  INSERT INTO store_usage_daily
  SELECT account_id, product, unit, SUM(quantity) AS quantity, FLOOR(minute_start TO DAY) AS day_start
  FROM store_usage_daily_in
  GROUP BY account_id, product, unit, FLOOR(minute_start TO DAY);

END;
