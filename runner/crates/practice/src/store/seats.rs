//! Taken seats, counted as users and assignments come and go: a license with ten thousand users must not be counted again
//! for each of them. Triggers keep the counts, so whoever writes the rows need not think of it.

/// The active users of each profile, and the assignments of each permission set license.
pub(super) const TABLES: &str = r#"
CREATE TABLE practice_seats (of TEXT PRIMARY KEY, taken INTEGER NOT NULL) WITHOUT ROWID;
CREATE TRIGGER practice_user_comes AFTER INSERT ON "User" WHEN new."IsActive" = 1 BEGIN
  INSERT INTO practice_seats VALUES (new."ProfileId", 1) ON CONFLICT DO UPDATE SET taken = taken + 1;
END;
CREATE TRIGGER practice_user_goes AFTER DELETE ON "User" WHEN old."IsActive" = 1 BEGIN
  UPDATE practice_seats SET taken = taken - 1 WHERE of = old."ProfileId";
END;
CREATE TRIGGER practice_user_changes AFTER UPDATE OF "IsActive", "ProfileId" ON "User"
WHEN old."IsActive" IS NOT new."IsActive" OR old."ProfileId" IS NOT new."ProfileId" BEGIN
  UPDATE practice_seats SET taken = taken - 1 WHERE of = old."ProfileId" AND old."IsActive" = 1;
  INSERT INTO practice_seats SELECT new."ProfileId", 1 WHERE new."IsActive" = 1 ON CONFLICT DO UPDATE SET taken = taken + 1;
END;
CREATE TRIGGER practice_license_comes AFTER INSERT ON "PermissionSetLicenseAssign" BEGIN
  INSERT INTO practice_seats VALUES (new."PermissionSetLicenseId", 1) ON CONFLICT DO UPDATE SET taken = taken + 1;
END;
CREATE TRIGGER practice_license_goes AFTER DELETE ON "PermissionSetLicenseAssign" BEGIN
  UPDATE practice_seats SET taken = taken - 1 WHERE of = old."PermissionSetLicenseId";
END;
CREATE TRIGGER practice_license_changes AFTER UPDATE OF "PermissionSetLicenseId" ON "PermissionSetLicenseAssign"
WHEN old."PermissionSetLicenseId" IS NOT new."PermissionSetLicenseId" BEGIN
  UPDATE practice_seats SET taken = taken - 1 WHERE of = old."PermissionSetLicenseId";
  INSERT INTO practice_seats VALUES (new."PermissionSetLicenseId", 1) ON CONFLICT DO UPDATE SET taken = taken + 1;
END;
"#;

#[cfg(test)]
mod tests;
