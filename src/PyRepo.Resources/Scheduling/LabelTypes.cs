using PyRepo.Resources.Fields;
using PyRepo.Resources.Rules;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Scheduling;

/// <summary>The types of fields with parts of labels.</summary>
static class LabelTypes
{
    public static readonly StringType Key = new(LabelRules.MaxKeyLength) { Rules = [LabelRules.LabelKey] };

    public static readonly ListType<string> Values =
        new(new StringType(63) { MayBeEmpty = true, Rules = [LabelRules.LabelValue] }, maxItems: 32);
}
