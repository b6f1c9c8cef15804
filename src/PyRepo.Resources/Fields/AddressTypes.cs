using PyRepo.Resources.Rules;

namespace PyRepo.Resources.Fields;

/// <summary>The types of fields with addresses.</summary>
static class AddressTypes
{
    const int MaxUrlLength = 2048;

    public static readonly StringType HttpUrl =
        new(MaxUrlLength) { Rules = [AddressRules.HttpUrl, AddressRules.NoUserInfo] };

    /// <summary>Like <see cref="HttpUrl"/>, but an empty string counts as omitted.</summary>
    public static readonly StringType OptionalHttpUrl =
        new(MaxUrlLength) { EmptyMeansOmitted = true, Rules = [AddressRules.HttpUrl, AddressRules.NoUserInfo] };

    /// <summary>An http or https URL, or the URL of a file.</summary>
    public static readonly StringType AdvisorySource =
        new(MaxUrlLength) { Rules = [AddressRules.HttpOrFileUrl, AddressRules.NoUserInfo] };

    public static readonly StringType OptionalEndpoint =
        new(MaxUrlLength) { EmptyMeansOmitted = true, Rules = [AddressRules.Endpoint] };

    public static readonly StringType Issuer = new(MaxUrlLength) { Rules = [AddressRules.Issuer] };

    public static readonly StringType Host = new(253) { Rules = [AddressRules.Host] };

    public static readonly StringType AbsolutePath = new(256) { Rules = [AddressRules.AbsolutePath] };
}
