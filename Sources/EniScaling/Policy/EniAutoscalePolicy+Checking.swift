import KubernetesModel
import Serialization
import TerwayModel

extension EniAutoscalePolicy {
  /// `validate`, and what only evaluating its windows finds. What the schema does not understand is looked at no further.
  ///
  /// - Parameter zone: the rules of a time zone by its IANA name; `nil` = there is none of that name.
  public static func check(_ object: JSONValue, zone: (String) -> ZoneRules?) -> [Violation] {
    let violations = validate(object)
    let spec: EniAutoscalePolicySpec
    do throws(JSONError) {
      guard case .success(let valid) = try EniAutoscalePolicy(object).spec() else { return violations }
      spec = valid
    } catch {
      // `validate` says so too.
      return violations
    }
    do throws(InvalidSpec) {
      _ = try MaintenanceCalendar(spec.maintenanceWindows, zone: zone)
      return violations
    } catch {
      return violations + error.violations
    }
  }
}
