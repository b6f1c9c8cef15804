using PyRepo.Resources.Proxied;

namespace PyRepo.Resources.Rules;

/// <summary>What a <see cref="ProxyRepository"/> must keep to.</summary>
public static class ProxyRules
{
    public static readonly Rule<ProxyRepositorySpec> MirrorNeedsItsMode = new()
    {
        FieldPath = "mirror",
        Also = ["mode"],
        Cel = "!has(self.mirror) || (has(self.mode) && self.mode == 'Mirror')",
        Predicate = spec => spec.Mirror is null || spec.Mode == ProxyMode.Mirror,
        Message = "is for the mode Mirror alone: write mode: Mirror, or leave mirror out",
    };
}
