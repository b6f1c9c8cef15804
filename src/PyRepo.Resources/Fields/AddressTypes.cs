using PyRepo.Resources.Rules;

namespace PyRepo.Resources.Fields;

/// <summary>The types of fields that hold addresses.</summary>
static class AddressTypes
{
    const int MaxUrlLength = 2048;

    public static readonly TextType HttpUrl =
        new(MaxUrlLength) { Rules = [AddressRules.HttpUrl, AddressRules.NoUserInfo] };

    /// <summary>As <see cref="HttpUrl"/>; empty says the same as left out.</summary>
    public static readonly TextType OptionalHttpUrl =
        new(MaxUrlLength) { EmptyIsUnset = true, Rules = [AddressRules.HttpUrl, AddressRules.NoUserInfo] };

    public static readonly TextType OptionalEndpoint =
        new(MaxUrlLength) { EmptyIsUnset = true, Rules = [AddressRules.Endpoint] };

    public static readonly TextType Issuer = new(MaxUrlLength) { Rules = [AddressRules.Issuer] };

    public static readonly TextType Host = new(253) { Rules = [AddressRules.Host] };

    public static readonly TextType AbsolutePath = new(256) { Rules = [AddressRules.AbsolutePath] };
}
