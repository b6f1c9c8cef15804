using PyRepo.Resources.Fields;

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
