//! The addresses below `/services/Soap`, each with the names that its WSDL gives (docs/salesforce/soap.md#addresses).

/// An address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    /// `u`: records of any object, named in each.
    Partner,
    /// `c`: records typed by the org's own objects.
    Enterprise,
    /// `s`
    Apex,
    /// `T`
    Tooling,
}

impl Face {
    /// The address of that letter.
    pub(super) fn of(letter: &str) -> Self {
        match letter {
            "c" => Self::Enterprise,
            "s" => Self::Apex,
            "T" => Self::Tooling,
            _ => Self::Partner,
        }
    }

    /// Says whether records are saved and read there.
    pub(super) fn is_data(self) -> bool {
        matches!(self, Self::Partner | Self::Enterprise)
    }

    /// The letter of the address.
    pub(super) fn letter(self) -> &'static str {
        match self {
            Self::Partner => "u",
            Self::Enterprise => "c",
            Self::Apex => "s",
            Self::Tooling => "T",
        }
    }

    /// The namespace of calls and their results.
    pub(super) fn namespace(self) -> &'static str {
        match self {
            Self::Partner => "urn:partner.soap.sforce.com",
            Self::Enterprise => "urn:enterprise.soap.sforce.com",
            Self::Apex => "http://soap.sforce.com/2006/08/apex",
            Self::Tooling => "urn:tooling.soap.sforce.com",
        }
    }

    /// The namespace of records.
    pub(super) fn of_records(self) -> &'static str {
        match self {
            Self::Partner => "urn:sobject.partner.soap.sforce.com",
            Self::Enterprise => "urn:sobject.enterprise.soap.sforce.com",
            Self::Apex => "http://soap.sforce.com/2006/08/apex",
            Self::Tooling => "urn:sobject.tooling.soap.sforce.com",
        }
    }

    /// The namespace of faults. The WSDL of Apex has one namespace for everything.
    pub(super) fn of_faults(self) -> &'static str {
        match self {
            Self::Partner => "urn:fault.partner.soap.sforce.com",
            Self::Enterprise => "urn:fault.enterprise.soap.sforce.com",
            Self::Apex => "http://soap.sforce.com/2006/08/apex",
            Self::Tooling => "urn:fault.tooling.soap.sforce.com",
        }
    }
}
