using PyRepo.Resources.Rules;

namespace PyRepo.Resources.Proxied;

/// <summary>What the spec of a ProxyRepository must keep to.</summary>
public static class ProxyRules
{
    public static readonly Rule<ProxyRepositorySpec> MirrorNeedsMirrorMode = new()
    {
        FieldPath = "mirror",
        DependsOn = ["mode"],
        Cel = "!has(self.mirror) || (has(self.mode) && self.mode == 'Mirror')",
        Predicate = spec => spec.Mirror is null || spec.Mode == ProxyMode.Mirror,
        Message = "is for the mode Mirror alone: write mode: Mirror, or leave mirror out",
    };
}
