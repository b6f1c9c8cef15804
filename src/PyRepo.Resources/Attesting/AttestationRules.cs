using PyRepo.Resources.Rules;

namespace PyRepo.Resources.Attesting;

/// <summary>The rules of <c>spec.attestations</c>.</summary>
public static class AttestationRules
{
    public static readonly Rule<AttestationsSpec> RequireHasEffect = new()
    {
        FieldPath = "require",
        DependsOn = ["verify"],
        Cel = "!has(self.require) || size(self.require) == 0 || !has(self.verify) || self.verify != 'Off'",
        Predicate = attestations =>
            attestations.Require.Count == 0 || attestations.Verify != AttestationVerification.Off,
        Message = "has no effect with verify Off: use Report or Require, or leave require out",
    };
}
