//! Everything in an operation that may refer to a later value, for reading and for changing: scalars, the JSON bodies
//! of requests, and the JSON contents of deployed components.

/// Makes the visitor of one walk. The two visitors differ only in the type of a reference.
macro_rules! visitor {
    ($module:ident, $text:ty $(, $mutable:tt)?) => {
        pub(crate) mod $module {
            use crate::probe::{Check, ComponentName, Condition, Field, Finding, Probe, ResourcePath};
            use crate::value::Scalar;

            /// Visits every place in which a reference may be, in order.
            pub(crate) trait Visitor {
                fn scalar(&mut self, scalar: &$($mutable)? Scalar);
                /// A JSON text.
                fn json(&mut self, text: &$($mutable)? $text);

                fn scalars(&mut self, scalars: &$($mutable)? [Scalar]) {
                    for scalar in scalars {
                        self.scalar(scalar);
                    }
                }

                fn fields(&mut self, fields: &$($mutable)? [Field]) {
                    for field in fields {
                        self.scalar(&$($mutable)? field.value);
                    }
                }

                fn conditions(&mut self, conditions: &$($mutable)? [Condition]) {
                    for condition in conditions {
                        self.scalars(&$($mutable)? condition.any_of);
                    }
                }

                fn checks(&mut self, checks: &$($mutable)? [Check]) {
                    for check in checks {
                        self.scalars(&$($mutable)? check.any_of);
                    }
                }

                fn finding(&mut self, finding: &$($mutable)? Finding) {
                    if let Finding::Holds(checks) = finding {
                        self.checks(checks);
                    }
                }

                fn probe(&mut self, probe: &$($mutable)? Probe) {
                    match probe {
                        Probe::Records(lookup) => self.conditions(&$($mutable)? lookup.conditions),
                        Probe::Rest(path) => self.resource(path),
                        Probe::Component(name) => self.component(name),
                        Probe::Settings(_) | Probe::Object(_) => {}
                    }
                }

                fn resource(&mut self, path: &$($mutable)? ResourcePath) {
                    self.scalars(&$($mutable)? path.segments);
                    self.fields(&$($mutable)? path.query);
                }

                fn component(&mut self, name: &$($mutable)? ComponentName) {
                    self.scalar(&$($mutable)? name.full_name);
                }
            }
        }
    };
}

visitor!(reading, str);
visitor!(changing, String, mut);

/// Makes both walks over a kind of operation from one text: a pattern that takes it apart, and the parts to visit.
macro_rules! refers {
    ($to:ident, $pattern:pat => $visit:block) => {
        fn references(&self, $to: &mut dyn crate::operation::references::reading::Visitor) {
            let $pattern = self;
            $visit
        }

        fn references_mut(
            &mut self,
            $to: &mut dyn crate::operation::references::changing::Visitor,
        ) {
            let $pattern = self;
            $visit
        }
    };
}

pub(crate) use refers;
