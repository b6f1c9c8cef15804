using PyRepo.Resources.Rules;

namespace PyRepo.Resources.Proxied;

/// <summary>The rules of a ProxyRepository's spec.</summary>
public static class ProxyRules
{
    public static readonly Rule<ProxyRepositorySpec> MirrorNeedsMirrorMode = new()
    {
        FieldPath = "mirror",
        DependsOn = ["mode"],
        Cel = "!has(self.mirror) || (has(self.mode) && self.mode == 'Mirror')",
        Predicate = spec => spec.Mirror is null || spec.Mode == ProxyMode.Mirror,
        Message = "requires mode Mirror: write mode: Mirror, or leave mirror out",
    };
}
