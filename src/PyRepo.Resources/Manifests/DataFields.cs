using PyRepo.Resources.Fields;
using PyRepo.Resources.Rules;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Manifests;

/// <summary>The types of the fields with the values of a Secret or ConfigMap.</summary>
static class DataFields
{
    /// <summary>Kubernetes' limit for the total size, in bytes.</summary>
    const int MaxLength = 1 << 20;

    const int MaxEntries = 10_000;
    const int MaxKeyLength = 253;

    public static readonly MapType<string> Text =
        new(new StringType(MaxLength) { MayBeEmpty = true }, MaxEntries, MaxKeyLength)
        {
            Rules = [DataRules.Keys<string>()],
        };

    public static readonly MapType<string> ConfidentialText =
        new(new StringType(MaxLength) { MayBeEmpty = true, IsConfidential = true }, MaxEntries, MaxKeyLength)
        {
            Rules = [DataRules.Keys<string>()],
        };

    public static readonly MapType<ReadOnlyMemory<byte>> Bytes =
        new(new Base64Type(), MaxEntries, MaxKeyLength) { Rules = [DataRules.Keys<ReadOnlyMemory<byte>>()] };
}

/// <summary>The rules for the keys of Secrets and ConfigMaps.</summary>
static class DataRules
{
    public static Rule<ValueDictionary<T>> Keys<T>() => new()
    {
        Cel = $"self.all(key, key.matches(r'^(?:{NameRules.DataKeyPattern})$'))",
        Predicate = data => data.Keys.All(NameRules.DataKey.Predicate),
        Value = data => data.Keys.FirstOrDefault(key => !NameRules.DataKey.Predicate(key)) ?? "",
        Message = NameRules.DataKey.Message,
    };
}
