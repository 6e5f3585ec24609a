//! The certificate authority of a home's practice orgs: made once, its key its owner's only. What it signs holds for
//! this machine alone, and so does the authority: its name constraints say so to whoever trusts it.

use std::fs::OpenOptions;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CidrSubnet, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    NameConstraints, SanType,
};

use crate::error::Error;
use crate::exit::Exit;
use crate::text_file::read_text;
use crate::whole_file::WholeFile;

/// The life of an authority: people put it into trust stores by hand.
const AUTHORITY_DAYS: i32 = 3_650;

/// A server's certificate. Clients refuse those of more than 825 days.
pub(super) const SERVER_DAYS: i32 = 90;

/// An authority or a certificate with less life left makes room for another.
pub(super) const RENEWED_DAYS: i32 = 30;

/// Clocks of clients may be so far behind.
const BEHIND_DAYS: i32 = 30;

/// Bytes of the file of a key: it has one of three hundred.
const KEY_FILE_BYTES_MAX: u64 = 64 * 1024;

/// The first line of the file of the key, before the day on which it was made.
const MADE: &str = "# The certificate authority of Usher's practice orgs, made ";

/// An authority that signs.
pub(super) struct Authority {
    name: &'static str,
    key: KeyPair,
    made: Date,
}

/// The name of the authority that a home keeps, and of one that nobody keeps: clients find an issuer by its name.
const KEPT: &str = "Usher practice orgs of this machine";
const KEPT_NOWHERE: &str = "Usher practice orgs of nobody";

/// A certificate that a server shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shown {
    /// A good one.
    #[default]
    Good,
    /// One whose time is over.
    Expired,
    /// One of another host.
    WrongHost,
    /// One of an authority that is in no file.
    UnknownAuthority,
}

/// A server's certificate and its key.
pub(super) struct Signed {
    pub(super) certificate: Certificate,
    pub(super) key: KeyPair,
    /// The first day on which it is not valid.
    pub(super) until: Date,
}

/// The day in UTC.
pub(super) fn day(ms: i64) -> Date {
    let time = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH);
    time.to_zoned(TimeZone::UTC).date()
}

impl Authority {
    /// The authority in that folder; one that is missing, or whose time is nearly over, is made.
    pub(super) fn of(folder: &Path, today: Date) -> Result<Self, Error> {
        let path = folder.join("authority.key");
        match Self::read(&path)? {
            Some(authority) if authority.lasts(today) => return Ok(authority),
            Some(_) => {
                std::fs::remove_file(&path)
                    .map_err(|error| Error::file("remove", &path, &error))?;
            }
            None => {}
        }
        let made = Self::made(KEPT, today)?;
        if made.keep(&path)? {
            return Ok(made);
        }
        // Another process was quicker.
        Self::read(&path)?.ok_or_else(|| damaged(&path))
    }

    /// One that is kept nowhere.
    pub(super) fn unknown(today: Date) -> Result<Self, Error> {
        Self::made(KEPT_NOWHERE, today)
    }

    fn made(name: &'static str, today: Date) -> Result<Self, Error> {
        let key = KeyPair::generate().map_err(|error| failed(&error))?;
        Ok(Self {
            name,
            key,
            made: today,
        })
    }

    /// Writes the certificate that clients trust, and returns its file.
    pub(super) fn write_certificate(&self, folder: &Path) -> Result<PathBuf, Error> {
        let path = folder.join("authority.pem");
        let certificate = self
            .params()
            .self_signed(&self.key)
            .map_err(|error| failed(&error))?;
        WholeFile::begin(&path)?.finish(&certificate.pem())?;
        Ok(path)
    }

    /// A certificate for this machine's own names.
    pub(super) fn sign(&self, shown: Shown, today: Date) -> Result<Signed, Error> {
        let mut params = CertificateParams::default();
        params.subject_alt_names = names(shown)?;
        params.distinguished_name = named("Usher practice org");
        let until = match shown {
            Shown::Expired => before(today, 1),
            _ => after(today, SERVER_DAYS).min(after(self.made, AUTHORITY_DAYS)),
        };
        valid(&mut params, before(today, BEHIND_DAYS), until);
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate().map_err(|error| failed(&error))?;
        let issuer = self.params();
        let certificate = params
            .signed_by(&key, &Issuer::from_params(&issuer, &self.key))
            .map_err(|error| failed(&error))?;
        Ok(Signed {
            certificate,
            key,
            until,
        })
    }

    fn params(&self) -> CertificateParams {
        let mut params = CertificateParams::default();
        params.distinguished_name = named(self.name);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.name_constraints = Some(NameConstraints {
            permitted_subtrees: vec![
                GeneralSubtree::DnsName("localhost".to_owned()),
                GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix([127, 0, 0, 0], 8)),
                GeneralSubtree::IpAddress(CidrSubnet::from_v6_prefix(
                    Ipv6Addr::LOCALHOST.octets(),
                    128,
                )),
            ],
            excluded_subtrees: Vec::new(),
        });
        let from = before(self.made, BEHIND_DAYS);
        valid(&mut params, from, after(self.made, AUTHORITY_DAYS));
        params
    }

    fn lasts(&self, today: Date) -> bool {
        after(today, RENEWED_DAYS) < after(self.made, AUTHORITY_DAYS)
            && before(self.made, BEHIND_DAYS) < today
    }

    /// None: there is no such file.
    fn read(path: &Path) -> Result<Option<Self>, Error> {
        if !path.exists() {
            return Ok(None);
        }
        let text = read_text(path, KEY_FILE_BYTES_MAX)?;
        let made = text.lines().next().and_then(|line| line.strip_prefix(MADE));
        let made = made.and_then(|day| day.parse().ok());
        match (made, KeyPair::from_pem(&text)) {
            (Some(made), Ok(key)) => Ok(Some(Self {
                name: KEPT,
                key,
                made,
            })),
            _ => Err(damaged(path)),
        }
    }

    /// Writes the key whole, and says whether it is this one that is kept: another process may have kept its own.
    fn keep(&self, path: &Path) -> Result<bool, Error> {
        let part = path.with_file_name(format!(".authority.key.{}.part", std::process::id()));
        // A process that died left a part of this name: its number has come round.
        let _none = std::fs::remove_file(&part);
        let text = format!("{MADE}{}\n{}", self.made, self.key.serialize_pem());
        let mut options = OpenOptions::new();
        let kept = options
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&part)
            .and_then(|mut file| {
                file.write_all(text.as_bytes())?;
                file.sync_all()
            })
            .and_then(|()| match std::fs::hard_link(&part, path) {
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
                other => other.map(|()| true),
            });
        let _gone = std::fs::remove_file(&part);
        kept.map_err(|error| Error::file("write", path, &error))
    }
}

fn names(shown: Shown) -> Result<Vec<SanType>, Error> {
    let dns = |name: &str| {
        let name = name.try_into().map_err(|error| failed(&error))?;
        Ok::<_, Error>(SanType::DnsName(name))
    };
    Ok(match shown {
        Shown::WrongHost => vec![dns("elsewhere.localhost")?],
        _ => vec![
            dns("localhost")?,
            dns("*.my.localhost")?,
            SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            SanType::IpAddress(IpAddr::V6(Ipv6Addr::LOCALHOST)),
        ],
    })
}

fn named(name: &str) -> DistinguishedName {
    let mut named = DistinguishedName::new();
    named.push(DnType::CommonName, name);
    named
}

pub(super) fn after(day: Date, days: i32) -> Date {
    day.checked_add(days.days()).unwrap_or(Date::MAX)
}

fn before(day: Date, days: i32) -> Date {
    after(day, -days)
}

/// Sets the days from which, and until which, a certificate is valid.
fn valid(params: &mut CertificateParams, from: Date, until: Date) {
    let part = |number: i8| u8::try_from(number).unwrap_or(1);
    let midnight =
        |day: Date| rcgen::date_time_ymd(i32::from(day.year()), part(day.month()), part(day.day()));
    params.not_before = midnight(from);
    params.not_after = midnight(until);
}

fn failed(error: &rcgen::Error) -> Error {
    let message = format!("no certificate for the practice org: {error}");
    Error::new(Exit::Failed, "serve/no-certificate", message)
        .help("serve without `--tls`, or report this as a bug")
}

fn damaged(path: &Path) -> Error {
    let message = format!(
        "`{}` does not hold the key of a certificate authority",
        path.display()
    );
    Error::new(Exit::File, "serve/damaged-authority", message).help(
        "remove the file: Usher makes another authority, which clients must be told to trust as \
         they were told the first",
    )
}
