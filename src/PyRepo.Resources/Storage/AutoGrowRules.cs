using System.Text.RegularExpressions;
using PyRepo.Resources.Rules;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Storage;

/// <summary>The rules of <c>spec.storage.persistentVolumeClaim.autoGrow</c>.</summary>
public static partial class AutoGrowRules
{
    const string PercentPattern = "[1-9][0-9]?%|100%";

    static readonly PersistentVolumeClaimSpec _defaults = new();
    static readonly Quantity _smallestStep = Quantity.Parse("1Mi");

    public static readonly Rule<string> Step = new()
    {
        Cel = $"self.endsWith('%') ? self.matches('^({PercentPattern})$')"
            + " : !self.startsWith('-') && isQuantity(self) && quantity(self).compareTo(quantity('1Mi')) >= 0",
        Predicate = step => step.EndsWith('%')
            ? Percent().IsMatch(step)
            : Quantity.TryParse(step, out var size) && size >= _smallestStep,
        Value = step => step,
        CelValue = "self",
        Message = "is neither a percentage from 1% to 100% nor a size of at least 1Mi, such as 10Gi",
    };

    public static readonly Rule<PersistentVolumeClaimSpec> MaxHoldsSize = new()
    {
        FieldPath = "autoGrow.max",
        DependsOn = ["autoGrow", "size"],
        Cel = "!has(self.autoGrow) || !isQuantity(string(self.autoGrow.max))"
            + $" || {AmountRules.Cel("self.autoGrow.max")}.compareTo("
            + $"has(self.size) ? {AmountRules.Cel("self.size")} : quantity('{_defaults.Size}')) >= 0",
        Predicate = claim => claim.AutoGrow is not { } growth || growth.Max >= claim.Size,
        Value = claim => claim.AutoGrow?.Max.ToString() ?? "",
        CelValue = "string(self.autoGrow.max)",
        Message = "is less than size: write at least the size",
    };

    public static readonly Rule<PersistentVolumeClaimSpec> OwnClaimOnly = new()
    {
        FieldPath = "autoGrow",
        DependsOn = ["existingClaim"],
        Cel = "!has(self.autoGrow) || !has(self.existingClaim) || self.existingClaim == ''",
        Predicate = claim => claim.AutoGrow is null || claim.ExistingClaim is null,
        Message = "is set together with existingClaim, which is used unchanged: leave one of them out",
    };

    [GeneratedRegex($@"^(?:{PercentPattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Percent();
}
