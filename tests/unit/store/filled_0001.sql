BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE attempts (
	id INTEGER NOT NULL, 
	batch_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	epoch INTEGER NOT NULL, 
	sha256 TEXT NOT NULL, 
	members INTEGER NOT NULL, 
	started_at BIGINT NOT NULL, 
	finished_at BIGINT, 
	outcome TEXT DEFAULT '' NOT NULL, 
	status INTEGER, 
	reference TEXT DEFAULT '' NOT NULL, 
	detail TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_attempts PRIMARY KEY (id), 
	CONSTRAINT fk_attempts_batch_id FOREIGN KEY(batch_id) REFERENCES batches (id), 
	CONSTRAINT uq_attempts_batch_id_number UNIQUE (batch_id, number)
);
INSERT INTO "attempts" VALUES(1,1,1,1,'0000000000000000000000000000000000000000000000000000000000000000',4,1604664000000000,1604664000000000,'accepted',202,'ok','');
INSERT INTO "attempts" VALUES(2,2,1,1,'0000000000000000000000000000000000000000000000000000000000000000',3,1604664000000000,1604664000000000,'accepted',202,'ok','');
INSERT INTO "attempts" VALUES(3,3,1,1,'0000000000000000000000000000000000000000000000000000000000000000',4,1604664000000000,1604664000000000,'accepted',202,'ok','');
INSERT INTO "attempts" VALUES(4,4,1,1,'0000000000000000000000000000000000000000000000000000000000000000',1,1604664000000000,1604664000000000,'accepted',202,'ok','');
INSERT INTO "attempts" VALUES(5,5,1,1,'0000000000000000000000000000000000000000000000000000000000000000',1,1604664000000000,1604664000000000,'accepted',202,'ok','');
INSERT INTO "attempts" VALUES(6,6,1,1,'0000000000000000000000000000000000000000000000000000000000000000',4,1604664000000000,1604664000000000,'accepted',202,'ok','');
CREATE TABLE attribute_names (
	name TEXT NOT NULL, 
	CONSTRAINT pk_attribute_names PRIMARY KEY (name)
)
 WITHOUT ROWID

;
CREATE TABLE audit (
	id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	actor TEXT NOT NULL, 
	act TEXT NOT NULL, 
	subject TEXT DEFAULT '' NOT NULL, 
	detail TEXT DEFAULT '{}' NOT NULL, 
	CONSTRAINT pk_audit PRIMARY KEY (id)
);
INSERT INTO "audit" VALUES(1,1604664000000000,'tester','plan','1','{}');
INSERT INTO "audit" VALUES(2,1604664000000000,'tester','approve','1','{"edition":"ca580a3f71eebe156f4a4c6b7302de14d19694cfaba09821105d79fe9ee01a55","exclude":[],"include":["everyone"],"provider":"witness","schedule":{"decided_at":"2020-11-06T12:00:00Z","holiday_data":"holidays 0.109","past":"now","plan":{"calendar":"CA-ON","expiry":"local-midnight","holiday":{"calendar":"CA-ON","day":"2020-12-25","estimated":false,"holiday":{"also":["Christmas","Noël"],"announced":{},"english":"Christmas Day","french":"Jour de Noël","key":"christmas-day","package":"Christmas Day","rule":"","since":0,"source":""},"observed":null,"standing":"statutory"},"local":"2020-12-22T09:00:00","moved_leap_day":false,"occurrence":"","offset":{"count":-3,"unit":"working day"},"place":null,"readers_time":true,"repeat":"","zone":"America/Toronto"},"zone_data":"tzdata 2026f"},"sha256":"f2ffeeb48437d2856a9582a4a51150b48d7a38675c10a3331c8dbab0dbe28124"}');
INSERT INTO "audit" VALUES(3,1604664000000000,'tester','plan','2','{}');
INSERT INTO "audit" VALUES(4,1604664000000000,'tester','approve','2','{"edition":"cb19198d5147427eb008bcc4fce87eeb098534cde4de1c76dcf073d55f4378bd","exclude":[],"include":["everyone"],"provider":"witness","schedule":{"decided_at":"2020-11-06T12:00:00Z","holiday_data":"holidays 0.109","past":"now","plan":{"calendar":"CA-ON","expiry":"never","holiday":null,"local":"2020-12-21T10:00:00","moved_leap_day":false,"occurrence":"","offset":{"count":0,"unit":"day"},"place":null,"readers_time":false,"repeat":"","zone":"America/St_Johns"},"zone_data":"tzdata 2026f"},"sha256":"cacbf99447db30156fd745a5f94b0c48b76a6d467fd340f320753104750ddabc"}');
INSERT INTO "audit" VALUES(5,1604664000000000,'tester','plan','3','{}');
INSERT INTO "audit" VALUES(6,1604664000000000,'tester','approve','3','{"edition":"e4035cc65b91d0c27f180eab35bce2aedfa0477e357901bf3df15b91e6db275c","exclude":[],"include":["everyone"],"provider":"witness","schedule":null,"sha256":"e1f5119610c4067a46ca47d6d26fe9af566ef64830dce774d7d384ea97186fe7"}');
INSERT INTO "audit" VALUES(7,1604664000000000,'tester','plan','4','{}');
INSERT INTO "audit" VALUES(8,1604664000000000,'tester','approve','4','{"edition":"3fbec33dc202d8a085a97e58c70084fb5bb9c205eae163b4b18388aacbae9225","exclude":[],"include":["everyone"],"provider":"witness","schedule":null,"sha256":"c3cd969c1b793a96266dff9b1ca6ddd1e08ebd9cf72cdbbf5bd2be0b0151085f"}');
INSERT INTO "audit" VALUES(9,1604664000000000,'tester','pause','4','{"reason":""}');
CREATE TABLE batches (
	id INTEGER NOT NULL, 
	campaign_id INTEGER NOT NULL, 
	wave_id INTEGER NOT NULL, 
	variant_id INTEGER NOT NULL, 
	root_id INTEGER, 
	depth SMALLINT DEFAULT '0' NOT NULL, 
	state TEXT NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	waiting TEXT DEFAULT '' NOT NULL, 
	requests INTEGER DEFAULT '0' NOT NULL, 
	failures INTEGER DEFAULT '0' NOT NULL, 
	epoch INTEGER DEFAULT '0' NOT NULL, 
	owner TEXT DEFAULT '' NOT NULL, 
	lease_until BIGINT, 
	due_at BIGINT, 
	doubt_since BIGINT, 
	CONSTRAINT pk_batches PRIMARY KEY (id), 
	CONSTRAINT ck_batches_state CHECK (state = 'planned' OR state = 'ready' OR state = 'claimed' OR state = 'in_flight' OR state = 'accepted' OR state = 'rejected' OR state = 'retry_wait' OR state = 'in_doubt' OR state = 'held' OR state = 'split' OR state = 'cancelled' OR state = 'expired'), 
	CONSTRAINT ck_batches_waiting CHECK (waiting = '' OR waiting = 'refused' OR waiting = 'named'), 
	CONSTRAINT fk_batches_campaign_id FOREIGN KEY(campaign_id) REFERENCES campaigns (id), 
	CONSTRAINT fk_batches_root_id FOREIGN KEY(root_id) REFERENCES batches (id), 
	CONSTRAINT fk_batches_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id), 
	CONSTRAINT fk_batches_wave_id FOREIGN KEY(wave_id) REFERENCES waves (id)
);
INSERT INTO "batches" VALUES(1,3,1,1604664000000001,NULL,0,'accepted','','',1,0,1,'',NULL,NULL,NULL);
INSERT INTO "batches" VALUES(2,3,1,1604664000000001,NULL,0,'accepted','','',1,0,1,'',NULL,NULL,NULL);
INSERT INTO "batches" VALUES(3,3,1,1604664000000003,NULL,0,'accepted','','',1,0,1,'',NULL,NULL,NULL);
INSERT INTO "batches" VALUES(4,3,1,1604664000000003,NULL,0,'accepted','','',1,0,1,'',NULL,NULL,NULL);
INSERT INTO "batches" VALUES(5,3,1,1604664000000002,NULL,0,'accepted','','',1,0,1,'',NULL,NULL,NULL);
INSERT INTO "batches" VALUES(6,4,2,1604664000000004,NULL,0,'accepted','','',1,0,1,'',NULL,NULL,NULL);
INSERT INTO "batches" VALUES(7,4,2,1604664000000004,NULL,0,'ready','','',0,0,0,'',NULL,NULL,NULL);
INSERT INTO "batches" VALUES(8,4,2,1604664000000006,NULL,0,'ready','','',0,0,0,'',NULL,NULL,NULL);
INSERT INTO "batches" VALUES(9,4,2,1604664000000006,NULL,0,'ready','','',0,0,0,'',NULL,NULL,NULL);
INSERT INTO "batches" VALUES(10,4,2,1604664000000005,NULL,0,'ready','','',0,0,0,'',NULL,NULL,NULL);
CREATE TABLE campaigns (
	id INTEGER NOT NULL, 
	occasion_id INTEGER NOT NULL, 
	copy INTEGER DEFAULT '0' NOT NULL, 
	again_reason TEXT DEFAULT '' NOT NULL, 
	edition_id TEXT NOT NULL, 
	include TEXT NOT NULL, 
	exclude TEXT NOT NULL, 
	provider TEXT NOT NULL, 
	tracking TEXT NOT NULL, 
	key_id SMALLINT NOT NULL, 
	status TEXT NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	gentle BOOLEAN DEFAULT 0 NOT NULL, 
	official BOOLEAN DEFAULT 0 NOT NULL, 
	schedule TEXT, 
	due_at BIGINT, 
	expires_at BIGINT, 
	grace_seconds INTEGER NOT NULL, 
	fields TEXT DEFAULT '[]' NOT NULL, 
	candidates INTEGER, 
	excluded TEXT DEFAULT '{}' NOT NULL, 
	approved_at BIGINT, 
	approved_by TEXT DEFAULT '' NOT NULL, 
	created_at BIGINT NOT NULL, 
	started_at BIGINT, 
	ended_at BIGINT, 
	stage TEXT DEFAULT '' NOT NULL, 
	not_before BIGINT, 
	refusals INTEGER DEFAULT '0' NOT NULL, 
	insisted BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_campaigns PRIMARY KEY (id), 
	CONSTRAINT ck_campaigns_status CHECK (status = 'draft' OR status = 'scheduled' OR status = 'preparing' OR status = 'sending' OR status = 'paused' OR status = 'held' OR status = 'finished' OR status = 'cancelled' OR status = 'expired'), 
	CONSTRAINT ck_campaigns_tracking CHECK (tracking = 'off' OR tracking = 'aggregate' OR tracking = 'individual'), 
	CONSTRAINT fk_campaigns_edition_id FOREIGN KEY(edition_id) REFERENCES editions (id), 
	CONSTRAINT fk_campaigns_occasion_id FOREIGN KEY(occasion_id) REFERENCES occasions (id)
);
INSERT INTO "campaigns" VALUES(1,1,0,'','ca580a3f71eebe156f4a4c6b7302de14d19694cfaba09821105d79fe9ee01a55','["everyone"]','[]','witness','aggregate',1,'scheduled','',0,0,'{"decided_at":"2020-11-06T12:00:00Z","holiday_data":"holidays 0.109","past":"now","plan":{"calendar":"CA-ON","expiry":"local-midnight","holiday":{"calendar":"CA-ON","day":"2020-12-25","estimated":false,"holiday":{"also":["Christmas","Noël"],"announced":{},"english":"Christmas Day","french":"Jour de Noël","key":"christmas-day","package":"Christmas Day","rule":"","since":0,"source":""},"observed":null,"standing":"statutory"},"local":"2020-12-22T09:00:00","moved_leap_day":false,"occurrence":"","offset":{"count":-3,"unit":"working day"},"place":null,"readers_time":true,"repeat":"","zone":"America/Toronto"},"zone_data":"tzdata 2026f"}',1608595200000000,1608710400000000,14400,'[]',NULL,'{}',1604664000000000,'tester',1604664000000000,NULL,NULL,'',NULL,0,0);
INSERT INTO "campaigns" VALUES(2,2,0,'','cb19198d5147427eb008bcc4fce87eeb098534cde4de1c76dcf073d55f4378bd','["everyone"]','[]','witness','aggregate',1,'scheduled','',0,0,'{"decided_at":"2020-11-06T12:00:00Z","holiday_data":"holidays 0.109","past":"now","plan":{"calendar":"CA-ON","expiry":"never","holiday":null,"local":"2020-12-21T10:00:00","moved_leap_day":false,"occurrence":"","offset":{"count":0,"unit":"day"},"place":null,"readers_time":false,"repeat":"","zone":"America/St_Johns"},"zone_data":"tzdata 2026f"}',1608557400000000,NULL,14400,'[]',NULL,'{}',1604664000000000,'tester',1604664000000000,NULL,NULL,'',NULL,0,0);
INSERT INTO "campaigns" VALUES(3,3,0,'','e4035cc65b91d0c27f180eab35bce2aedfa0477e357901bf3df15b91e6db275c','["everyone"]','[]','witness','aggregate',1,'finished','',0,0,NULL,1604664000000000,NULL,14400,'["first_name"]',13,'{}',1604664000000000,'tester',1604664000000000,1604664000000000,1604664000000000,'',NULL,0,0);
INSERT INTO "campaigns" VALUES(4,4,0,'','3fbec33dc202d8a085a97e58c70084fb5bb9c205eae163b4b18388aacbae9225','["everyone"]','[]','witness','aggregate',1,'paused','person: tester',0,0,NULL,1604664000000000,NULL,14400,'["first_name"]',13,'{}',1604664000000000,'tester',1604664000000000,1604664000000000,NULL,'',NULL,0,0);
CREATE TABLE consents (
	id INTEGER NOT NULL, 
	address_key BLOB NOT NULL, 
	at BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	basis TEXT DEFAULT '' NOT NULL, 
	effective_on DATE, 
	evidence TEXT DEFAULT '' NOT NULL, 
	source TEXT DEFAULT '' NOT NULL, 
	actor TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_consents PRIMARY KEY (id), 
	CONSTRAINT ck_consents_basis CHECK (basis = 'express' OR basis = 'membership' OR basis = 'purchase' OR basis = 'contract' OR basis = 'inquiry' OR basis = 'published' OR basis = 'b2b' OR basis = ''), 
	CONSTRAINT ck_consents_kind CHECK (kind = 'granted' OR kind = 'withdrawn' OR kind = 'corrected' OR kind = 'erased')
);
CREATE TABLE deliveries (
	id INTEGER NOT NULL, 
	campaign_id INTEGER NOT NULL, 
	occasion_id INTEGER NOT NULL, 
	copy INTEGER DEFAULT '0' NOT NULL, 
	batch_id INTEGER NOT NULL, 
	member_id INTEGER NOT NULL, 
	address_key BLOB NOT NULL, 
	address TEXT NOT NULL, 
	merge TEXT NOT NULL, 
	holds BOOLEAN DEFAULT 1 NOT NULL, 
	state TEXT DEFAULT 'batched' NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	progress SMALLINT DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_deliveries PRIMARY KEY (id), 
	CONSTRAINT ck_deliveries_state CHECK (state = 'batched' OR state = 'skipped' OR state = 'rejected'), 
	CONSTRAINT fk_deliveries_batch_id FOREIGN KEY(batch_id) REFERENCES batches (id), 
	CONSTRAINT fk_deliveries_campaign_id FOREIGN KEY(campaign_id) REFERENCES campaigns (id), 
	CONSTRAINT fk_deliveries_occasion_id FOREIGN KEY(occasion_id) REFERENCES occasions (id)
);
INSERT INTO "deliveries" VALUES(1604664000000001,3,3,0,1,1,X'767ABB1A675BA52EE08094E94827C7FA','p0@reader.example','["Pat0"]',1,'batched','',0);
INSERT INTO "deliveries" VALUES(1604664000000002,3,3,0,1,3,X'3D99954E67A37AF43EF840266811BE52','p2@reader.example','["Pat2"]',1,'batched','',0);
INSERT INTO "deliveries" VALUES(1604664000000003,3,3,0,1,5,X'952561E6CC8C8F37FF2568235BEDE0D7','p4@reader.example','["Pat4"]',1,'batched','',0);
INSERT INTO "deliveries" VALUES(1604664000000004,3,3,0,1,7,X'89C73904318D49C578810189734B01CA','p6@reader.example','["Pat6"]',1,'batched','',0);
INSERT INTO "deliveries" VALUES(1604664000000005,3,3,0,2,9,X'3684830B225900F5E32EFDE1060A1782','p8@reader.example','["Pat8"]',1,'batched','',0);
INSERT INTO "deliveries" VALUES(1604664000000006,3,3,0,2,11,X'3A27D9AA26844BB32C08B3C1B1DD85B5','p10@reader.example','["Pat10"]',1,'batched','',0);
INSERT INTO "deliveries" VALUES(1604664000000007,3,3,0,2,13,X'4F60FC647CA8CD881F09245B05381DE6','far@reader.example','[""]',1,'batched','',0);
INSERT INTO "deliveries" VALUES(1604664000000008,3,3,0,3,2,X'BA43B28C7018394D933F88BBE2BB9FA8','p1@reader.example','["Pat1"]',1,'batched','',0);
INSERT INTO "deliveries" VALUES(1604664000000009,3,3,0,3,4,X'FE2CC765200D71EB0D501F033DCA5471','p3@reader.example','["Pat3"]',1,'batched','',0);
INSERT INTO "deliveries" VALUES(1604664000000010,3,3,0,3,6,X'802F60EE21C8F0458BD318713587DE6D','p5@reader.example','["Pat5"]',1,'batched','',0);
INSERT INTO "deliveries" VALUES(1604664000000011,3,3,0,3,8,X'42CE5E904E08C9A42928C97896238355','p7@reader.example','["Pat7"]',1,'batched','',0);
INSERT INTO "deliveries" VALUES(1604664000000012,3,3,0,4,12,X'4CD699094DC88B17D02541D838D3BE40','p11@reader.example','["Pat11"]',1,'batched','',0);
INSERT INTO "deliveries" VALUES(1604664000000013,3,3,0,5,10,X'ACA9B7DFA6EDAFD7373F3FEEA8A7F06F','p9@reader.example','["Pat9"]',1,'batched','',0);
INSERT INTO "deliveries" VALUES(1604664000000014,4,4,0,6,1,X'767ABB1A675BA52EE08094E94827C7FA','p0@reader.example','["Pat0"]',1,'batched','',0);
INSERT INTO "deliveries" VALUES(1604664000000015,4,4,0,6,3,X'3D99954E67A37AF43EF840266811BE52','p2@reader.example','["Pat2"]',1,'batched','',0);
INSERT INTO "deliveries" VALUES(1604664000000016,4,4,0,6,5,X'952561E6CC8C8F37FF2568235BEDE0D7','p4@reader.example','["Pat4"]',1,'batched','',0);
INSERT INTO "deliveries" VALUES(1604664000000017,4,4,0,6,7,X'89C73904318D49C578810189734B01CA','p6@reader.example','["Pat6"]',1,'batched','',0);
INSERT INTO "deliveries" VALUES(1604664000000018,4,4,0,7,9,X'3684830B225900F5E32EFDE1060A1782','p8@reader.example','["Pat8"]',1,'batched','',0);
INSERT INTO "deliveries" VALUES(1604664000000019,4,4,0,7,11,X'3A27D9AA26844BB32C08B3C1B1DD85B5','p10@reader.example','["Pat10"]',1,'batched','',0);
INSERT INTO "deliveries" VALUES(1604664000000020,4,4,0,7,13,X'4F60FC647CA8CD881F09245B05381DE6','far@reader.example','[""]',1,'batched','',0);
INSERT INTO "deliveries" VALUES(1604664000000021,4,4,0,8,2,X'BA43B28C7018394D933F88BBE2BB9FA8','p1@reader.example','["Pat1"]',1,'batched','',0);
INSERT INTO "deliveries" VALUES(1604664000000022,4,4,0,8,4,X'FE2CC765200D71EB0D501F033DCA5471','p3@reader.example','["Pat3"]',1,'batched','',0);
INSERT INTO "deliveries" VALUES(1604664000000023,4,4,0,8,6,X'802F60EE21C8F0458BD318713587DE6D','p5@reader.example','["Pat5"]',1,'batched','',0);
INSERT INTO "deliveries" VALUES(1604664000000024,4,4,0,8,8,X'42CE5E904E08C9A42928C97896238355','p7@reader.example','["Pat7"]',1,'batched','',0);
INSERT INTO "deliveries" VALUES(1604664000000025,4,4,0,9,12,X'4CD699094DC88B17D02541D838D3BE40','p11@reader.example','["Pat11"]',1,'batched','',0);
INSERT INTO "deliveries" VALUES(1604664000000026,4,4,0,10,10,X'ACA9B7DFA6EDAFD7373F3FEEA8A7F06F','p9@reader.example','["Pat9"]',1,'batched','',0);
CREATE TABLE editions (
	id TEXT NOT NULL, 
	publication TEXT NOT NULL, 
	slug TEXT NOT NULL, 
	content BLOB NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_editions PRIMARY KEY (id)
);
INSERT INTO "editions" VALUES('ca580a3f71eebe156f4a4c6b7302de14d19694cfaba09821105d79fe9ee01a55','ngen','greeting',X'789CED54C16E9C400CFD95CAD7A22C24CB6E40519443A4F6D41FA8AAC830864CD70C6866285BADF6DF6B0369B38A5AA9F75C60F0F83DDB6F9877026BA0841AF3DB146F9A7D46545196EF9A2D6EEB5DB5BF49AF0D655B9315BB625B3758615ADC5E67599A9B7DD15041946698E790C030566C6B8CB67742E85A7212441FA7DE1FA03C41E0B1958DD61345EB5AD98CD40D8C9124CA1423798931BA76C49602945F61A6683C7CD3DC630C4A233179BEA409744E0A63F59DEAA8A0CFC4DC2B64F0F44C6884B604AD6623D3B27C8E1D6BEADD70FF48E83F40728283752A44E03E4A861BBB4A81690275EFB4B8ECCDAF7302779BE1FE1584AD3BFC0D327A16C4EFD4C11E89FF4DBFCEAAEDFD4F6F22A475823ECF825D2AD4F877852E1422F7F18D484BEC5DA73F3A497F9AA737F1048D255664637D884F0E3BD2AB89CC15D687F91FB324D412B32C3759412A1C632D4AB99159DBD1F9163A9DA614F5E210CACD669AA62B358CAB1A37B30754C48BBEAF0E082EE8E443AAF40E2551DA08A4FC3284B16A406B79DBAD4E22EB20EDD17CE873F3AB93C0974F2F26B3AE656A34C65308EA62348587B9333AA29815E9B6A7817F3EC57EFD19BC08A07EB64C99C084F607192D7AFE05087EB70F',1604664000000000);
INSERT INTO "editions" VALUES('cb19198d5147427eb008bcc4fce87eeb098534cde4de1c76dcf073d55f4378bd','ngen','dated',X'789CED54CB6EDB3010FC9562AF15623B962B5908821C0AB4A7FE4051047CAC14D62B4A20A9CA85E17FEF2EADB4318216E83D17895CCEEC6324CE099C85068CDEEC37FBDAEE366555DE56A8D7EB5A1B53B606EB0A79BBAF77DBD2582C2D6E4CF5C19A765D6DED6ED796DBAAD6160A18274DCEA8E406CF097D879E832AA4790807684E1069EAF8C0AA84024FD88FC46B0E11A6848163A47C37A90E23345F21F3DB00DF047B4C5172708C9FCF30A666509CF4773449489F916810CA18F00995E5B40D483597082FCBA7D49340EFC6FB8FA8C23B284E70705E5488342446F8A9D7425C1760062FC5F92CBFCE05DCADC6FB171472FEF037CA148819BFA1A33B22FD3BFD32ABB4F73FBDB190CE33FB9C05BB56A80D6F0A5D2984FEFD2B912EB1379DFEE8C4FD094E6EE2095A8724CCD685981EBDEA51AEA622D2CA1CF23FE6D0CBA56E1DF14D16920847CAB0527E22927664BE4B3A99A661F5D2189BD56A9EE71B718B1BA356D90334D245DF171F08AED2F186AB0C5E3190DB8828F97908EBC47D96F2AE5F9C84D791DBC3FCD173F38B93C0974FCF26B3AC796A656DC018C5C2708E0FB9333C2A362B94E38023FD7C4CC3F2330416C0F96E99B28059B91F6C6F5CF4FC0B9398B607',1604664000000000);
INSERT INTO "editions" VALUES('e4035cc65b91d0c27f180eab35bce2aedfa0477e357901bf3df15b91e6db275c','ngen','done',X'789CED54C16EDB300CFD9581D7198D93D4F56A14C50E05BAD37E60180A4AA2532DB46C48F29C21C8BF8F74DCADC1B001BBF762CBD47BE4E393C52378070DD075B9ADACBDA9CCEDDA957653B7EB0F25A1D956C6D206C9B5585ED7356DABFAB65C9B76EBDAB562E9C6994D5D592860180D7B8BD9F74112861D050962CC531FF7D01C21F1B8930DD707928D4CDDC09849224C3953941863D88DB8A304CD1798E96D84AF8A3DE4A4292426CF1798CA56501ACD37B259499F88B957CA10E999D049DA06B49ACF4CE7E573EE58A177C3FD03617C07C511F63EA80989FB2C88307646896501B60F5A5CF6E6D7A980BBD570FF8AC23EECFF4619230BE31774F007E27FA75F7A5579FFA34D8CF441D8A7D9B04B87DAF8E6D0854314DEFF61D239F6E6D36F9F449FE2F4261EA1F5C4CA6C7D4CF92960A717B8456683763FFF639E24B5C43CCB4D56921AC768C5A93032AB1CEDEF9C4EBB69C4BD3CA466B59AA6E94A87C595C5D53C030CF1D9DF57070417E9E443AAF40105283212697E69C2791D3E4B79DF2D9344D649E4D17CE8B3F86592C0E7C79721B3ACA56B742E524A3AC1684A1F676574401956A4DB9106FEF194FBE5678862800FBBA5CB0226F4DFC969D1D34FFD5AB5B9',1604664000000000);
INSERT INTO "editions" VALUES('3fbec33dc202d8a085a97e58c70084fb5bb9c205eae163b4b18388aacbae9225','ngen','half',X'789CED54C18ED3400CFD15E42BD136DB6CD8345AAD3820C1891F4068E59938E9506712CD4C4851D57FC74EB3B0150289FB5EDA89EDF76CBF64DE095C033514AD215B148DDDE6DBA6C2BC2A71774F6565EFF3BCBA6B4D69CC4E722521DDBE2BCC9DB9AD8AAA42B40669B7DD9690C138197616931BBC10FA8EBC0431A4790807A84F1079EA24B1476E2591A81F1913498429250A1263F4DD841D45A8BFC0026F037CD5DA638A4A2131F97D2E13E8521427F38D6C52D027621E143206DA1336425B83767389E972DCA79EB5F4617CFC4018DE40768283F32A42E42149859F7AA3C03C033B786D2EB9E5EF9CC1C3667C7C0161E70F7F834C8105F1AB747447E27FD3AFBBEA78FF339B08E9BCA0CF8B60D70AB5E155A12B85C8BFFD43A44BEC55A7DF3AC97C5AA737F104AD235664EB424C4F1E7BD2AB89CC06ED61F9C61C09B5C41CCB4D56900AC76845293F31EB38BADF854EB7111F48698CF56633CFF38D9AC58DC5CDE20186F8A2EF8B17045774F2205D068F52286344527E59A2716A3E6B7BD7AF4E22E728E3D1F2D297E1572781CF1F9F4D663DCBD6D83481625407A339BE5F26A3238A5991A6038DFCE3290DEBC7104400E7BB75CB0C6674DFA9D1A6E79FD39CB57E',1604664000000000);
CREATE TABLE events (
	id INTEGER NOT NULL, 
	provider TEXT NOT NULL, 
	event_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	delivery_id INTEGER, 
	batch_id INTEGER, 
	attempt INTEGER, 
	occurred_at BIGINT NOT NULL, 
	received_at BIGINT NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	status TEXT DEFAULT '' NOT NULL, 
	data TEXT DEFAULT '{}' NOT NULL, 
	CONSTRAINT pk_events PRIMARY KEY (id), 
	CONSTRAINT ck_events_kind CHECK (kind = 'processed' OR kind = 'dropped' OR kind = 'deferred' OR kind = 'delivered' OR kind = 'bounced' OR kind = 'complained' OR kind = 'unsubscribed' OR kind = 'opened' OR kind = 'clicked' OR kind = 'account' OR kind = 'other'), 
	CONSTRAINT uq_events_provider_event_id UNIQUE (provider, event_id)
);
INSERT INTO "events" VALUES(1,'witness','1.1.delivered.1604664000000001','delivered',1604664000000001,1,1,1604664000000000,1604664000000000,'','','{}');
INSERT INTO "events" VALUES(2,'witness','1.1.delivered.1604664000000002','delivered',1604664000000002,1,1,1604664000000000,1604664000000000,'','','{}');
INSERT INTO "events" VALUES(3,'witness','1.1.delivered.1604664000000003','delivered',1604664000000003,1,1,1604664000000000,1604664000000000,'','','{}');
INSERT INTO "events" VALUES(4,'witness','1.1.delivered.1604664000000004','delivered',1604664000000004,1,1,1604664000000000,1604664000000000,'','','{}');
INSERT INTO "events" VALUES(5,'witness','2.1.delivered.1604664000000005','delivered',1604664000000005,2,1,1604664000000000,1604664000000000,'','','{}');
INSERT INTO "events" VALUES(6,'witness','2.1.delivered.1604664000000006','delivered',1604664000000006,2,1,1604664000000000,1604664000000000,'','','{}');
CREATE TABLE exclusions (
	campaign_id INTEGER NOT NULL, 
	member_id INTEGER NOT NULL, 
	address_key BLOB NOT NULL, 
	reason TEXT NOT NULL, 
	CONSTRAINT pk_exclusions PRIMARY KEY (campaign_id, member_id), 
	CONSTRAINT fk_exclusions_campaign_id FOREIGN KEY(campaign_id) REFERENCES campaigns (id)
)
 WITHOUT ROWID

;
CREATE TABLE facts (
	delivery_id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_facts PRIMARY KEY (delivery_id, kind), 
	CONSTRAINT ck_facts_kind CHECK (kind = 'complained' OR kind = 'unsubscribed' OR kind = 'left')
)
 WITHOUT ROWID

;
CREATE TABLE hits (
	id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	variant_id INTEGER NOT NULL, 
	delivery_id INTEGER, 
	link INTEGER, 
	reader TEXT NOT NULL, 
	rule TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_hits PRIMARY KEY (id), 
	CONSTRAINT ck_hits_kind CHECK (kind = 'click' OR kind = 'open'), 
	CONSTRAINT ck_hits_reader CHECK (reader = 'human' OR reader = 'machine' OR reader = 'unknown')
);
CREATE TABLE hooks (
	id INTEGER NOT NULL, 
	provider TEXT NOT NULL, 
	received_at BIGINT NOT NULL, 
	headers TEXT NOT NULL, 
	body BLOB NOT NULL, 
	state TEXT DEFAULT 'new' NOT NULL, 
	error TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_hooks PRIMARY KEY (id), 
	CONSTRAINT ck_hooks_state CHECK (state = 'new' OR state = 'applied' OR state = 'failed')
);
CREATE TABLE images (
	file_name TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	media_type TEXT NOT NULL, 
	data BLOB NOT NULL, 
	CONSTRAINT pk_images PRIMARY KEY (file_name)
);
CREATE TABLE member_tags (
	member_id INTEGER NOT NULL, 
	folded TEXT NOT NULL, 
	tag TEXT NOT NULL, 
	CONSTRAINT pk_member_tags PRIMARY KEY (member_id, folded), 
	CONSTRAINT fk_member_tags_member_id FOREIGN KEY(member_id) REFERENCES members (id) ON DELETE CASCADE
)
 WITHOUT ROWID

;
INSERT INTO "member_tags" VALUES(13,'aerospace','aerospace');
CREATE TABLE members (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	address_key BLOB NOT NULL, 
	email TEXT NOT NULL, 
	first_name TEXT DEFAULT '' NOT NULL, 
	last_name TEXT DEFAULT '' NOT NULL, 
	company TEXT DEFAULT '' NOT NULL, 
	province TEXT DEFAULT '' NOT NULL, 
	language TEXT DEFAULT '' NOT NULL, 
	timezone TEXT DEFAULT '' NOT NULL, 
	attributes TEXT DEFAULT '{}' NOT NULL, 
	email_folded TEXT DEFAULT '' NOT NULL, 
	first_name_folded TEXT DEFAULT '' NOT NULL, 
	last_name_folded TEXT DEFAULT '' NOT NULL, 
	company_folded TEXT DEFAULT '' NOT NULL, 
	province_folded TEXT DEFAULT '' NOT NULL, 
	language_folded TEXT DEFAULT '' NOT NULL, 
	timezone_folded TEXT DEFAULT '' NOT NULL, 
	attributes_folded TEXT DEFAULT '{}' NOT NULL, 
	consent_basis TEXT DEFAULT '' NOT NULL, 
	consent_on DATE, 
	consent_evidence TEXT DEFAULT '' NOT NULL, 
	consent_expires_on DATE, 
	tracking_consent TEXT DEFAULT 'unknown' NOT NULL, 
	created_at BIGINT NOT NULL, 
	updated_at BIGINT NOT NULL, 
	CONSTRAINT ck_members_consent_basis CHECK (consent_basis = 'express' OR consent_basis = 'membership' OR consent_basis = 'purchase' OR consent_basis = 'contract' OR consent_basis = 'inquiry' OR consent_basis = 'published' OR consent_basis = 'b2b' OR consent_basis = ''), 
	CONSTRAINT ck_members_tracking_consent CHECK (tracking_consent = 'unknown' OR tracking_consent = 'granted' OR tracking_consent = 'refused'), 
	CONSTRAINT uq_members_address_key UNIQUE (address_key)
);
INSERT INTO "members" VALUES(1,X'767ABB1A675BA52EE08094E94827C7FA','p0@reader.example','Pat0','','Works 0','ON','en','','{}','p0@reader.example','pat0','','works 0','on','en','','{}','express',NULL,'form',NULL,'unknown',1606780800000000,1606780800000000);
INSERT INTO "members" VALUES(2,X'BA43B28C7018394D933F88BBE2BB9FA8','p1@reader.example','Pat1','','Works 1','QC','fr','','{}','p1@reader.example','pat1','','works 1','qc','fr','','{}','express',NULL,'form',NULL,'unknown',1606780800000000,1606780800000000);
INSERT INTO "members" VALUES(3,X'3D99954E67A37AF43EF840266811BE52','p2@reader.example','Pat2','','Works 2','BC','en','','{}','p2@reader.example','pat2','','works 2','bc','en','','{}','express',NULL,'form',NULL,'unknown',1606780800000000,1606780800000000);
INSERT INTO "members" VALUES(4,X'FE2CC765200D71EB0D501F033DCA5471','p3@reader.example','Pat3','','Works 3','ON','fr','','{}','p3@reader.example','pat3','','works 3','on','fr','','{}','express',NULL,'form',NULL,'unknown',1606780800000000,1606780800000000);
INSERT INTO "members" VALUES(5,X'952561E6CC8C8F37FF2568235BEDE0D7','p4@reader.example','Pat4','','Works 4','QC','en','','{}','p4@reader.example','pat4','','works 4','qc','en','','{}','express',NULL,'form',NULL,'unknown',1606780800000000,1606780800000000);
INSERT INTO "members" VALUES(6,X'802F60EE21C8F0458BD318713587DE6D','p5@reader.example','Pat5','','Works 5','BC','fr','','{}','p5@reader.example','pat5','','works 5','bc','fr','','{}','express',NULL,'form',NULL,'unknown',1606780800000000,1606780800000000);
INSERT INTO "members" VALUES(7,X'89C73904318D49C578810189734B01CA','p6@reader.example','Pat6','','Works 6','ON','en','','{}','p6@reader.example','pat6','','works 6','on','en','','{}','express',NULL,'form',NULL,'unknown',1606780800000000,1606780800000000);
INSERT INTO "members" VALUES(8,X'42CE5E904E08C9A42928C97896238355','p7@reader.example','Pat7','','Works 7','QC','fr','','{}','p7@reader.example','pat7','','works 7','qc','fr','','{}','express',NULL,'form',NULL,'unknown',1606780800000000,1606780800000000);
INSERT INTO "members" VALUES(9,X'3684830B225900F5E32EFDE1060A1782','p8@reader.example','Pat8','','Works 8','BC','en','','{}','p8@reader.example','pat8','','works 8','bc','en','','{}','express',NULL,'form',NULL,'unknown',1606780800000000,1606780800000000);
INSERT INTO "members" VALUES(10,X'ACA9B7DFA6EDAFD7373F3FEEA8A7F06F','p9@reader.example','Pat9','','Works 9','ON','','','{}','p9@reader.example','pat9','','works 9','on','','','{}','express',NULL,'form',NULL,'unknown',1606780800000000,1606780800000000);
INSERT INTO "members" VALUES(11,X'3A27D9AA26844BB32C08B3C1B1DD85B5','p10@reader.example','Pat10','','Works 10','QC','en','','{}','p10@reader.example','pat10','','works 10','qc','en','','{}','express',NULL,'form',NULL,'unknown',1606780800000000,1606780800000000);
INSERT INTO "members" VALUES(12,X'4CD699094DC88B17D02541D838D3BE40','p11@reader.example','Pat11','','Works 11','BC','fr','','{}','p11@reader.example','pat11','','works 11','bc','fr','','{}','express',NULL,'form',NULL,'unknown',1606780800000000,1606780800000000);
INSERT INTO "members" VALUES(13,X'4F60FC647CA8CD881F09245B05381DE6','far@reader.example','','','','','en','Asia/Tokyo','{}','far@reader.example','','','','','en','asia/tokyo','{}','express',NULL,'form',NULL,'unknown',1606780800000000,1606780800000000);
CREATE TABLE meta (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_meta PRIMARY KEY (name)
);
CREATE TABLE occasions (
	id INTEGER NOT NULL, 
	publication TEXT NOT NULL, 
	slug TEXT NOT NULL, 
	occurrence TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_occasions PRIMARY KEY (id), 
	CONSTRAINT uq_occasions_publication_slug_occurrence UNIQUE (publication, slug, occurrence)
);
INSERT INTO "occasions" VALUES(1,'ngen','greeting','');
INSERT INTO "occasions" VALUES(2,'ngen','dated','');
INSERT INTO "occasions" VALUES(3,'ngen','done','');
INSERT INTO "occasions" VALUES(4,'ngen','half','');
CREATE TABLE suppressions (
	address_key BLOB NOT NULL, 
	reason TEXT NOT NULL, 
	address TEXT DEFAULT '' NOT NULL, 
	source TEXT DEFAULT '' NOT NULL, 
	at BIGINT NOT NULL, 
	lifted_at BIGINT, 
	CONSTRAINT pk_suppressions PRIMARY KEY (address_key, reason), 
	CONSTRAINT ck_suppressions_reason CHECK (reason = 'complaint' OR reason = 'erased' OR reason = 'unsubscribed' OR reason = 'invalid' OR reason = 'manual')
)
 WITHOUT ROWID

;
CREATE TABLE variants (
	id INTEGER NOT NULL, 
	campaign_id INTEGER NOT NULL, 
	language TEXT NOT NULL, 
	answers TEXT NOT NULL, 
	tracking TEXT NOT NULL, 
	CONSTRAINT pk_variants PRIMARY KEY (id), 
	CONSTRAINT ck_variants_tracking CHECK (tracking = 'off' OR tracking = 'aggregate' OR tracking = 'individual'), 
	CONSTRAINT fk_variants_campaign_id FOREIGN KEY(campaign_id) REFERENCES campaigns (id), 
	CONSTRAINT uq_variants_campaign_id_language_answers_tracking UNIQUE (campaign_id, language, answers, tracking)
);
INSERT INTO "variants" VALUES(1604664000000001,3,'en','','aggregate');
INSERT INTO "variants" VALUES(1604664000000002,3,'en+fr','','aggregate');
INSERT INTO "variants" VALUES(1604664000000003,3,'fr','','aggregate');
INSERT INTO "variants" VALUES(1604664000000004,4,'en','','aggregate');
INSERT INTO "variants" VALUES(1604664000000005,4,'en+fr','','aggregate');
INSERT INTO "variants" VALUES(1604664000000006,4,'fr','','aggregate');
CREATE TABLE waves (
	id INTEGER NOT NULL, 
	campaign_id INTEGER NOT NULL, 
	due_at BIGINT NOT NULL, 
	expires_at BIGINT, 
	zones TEXT NOT NULL, 
	CONSTRAINT pk_waves PRIMARY KEY (id), 
	CONSTRAINT fk_waves_campaign_id FOREIGN KEY(campaign_id) REFERENCES campaigns (id), 
	CONSTRAINT uq_waves_campaign_id_due_at UNIQUE (campaign_id, due_at)
);
INSERT INTO "waves" VALUES(1,3,1604664000000000,NULL,'[]');
INSERT INTO "waves" VALUES(2,4,1604664000000000,NULL,'[]');
CREATE INDEX ix_consents_address_key ON consents (address_key);
CREATE INDEX ix_editions_slug ON editions (slug);
CREATE INDEX ix_events_batch_id ON events (batch_id);
CREATE INDEX ix_events_delivery_id ON events (delivery_id);
CREATE INDEX ix_hits_delivery ON hits (delivery_id) WHERE delivery_id IS NOT NULL;
CREATE INDEX ix_hits_variant_id_kind ON hits (variant_id, kind);
CREATE INDEX ix_hooks_state ON hooks (state);
CREATE INDEX ix_campaigns_occasion_id ON campaigns (occasion_id);
CREATE INDEX ix_member_tags_folded ON member_tags (folded);
CREATE INDEX ix_batches_campaign_id_state ON batches (campaign_id, state);
CREATE INDEX ix_batches_root_id ON batches (root_id);
CREATE INDEX ix_deliveries_batch ON deliveries (batch_id);
CREATE UNIQUE INDEX uq_deliveries_place ON deliveries (occasion_id, address_key, copy) WHERE holds;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('members',13);
COMMIT;
