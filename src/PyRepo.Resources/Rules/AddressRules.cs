using System.Text.RegularExpressions;

namespace PyRepo.Resources.Rules;

/// <summary>The patterns of addresses: URLs, hosts and paths.</summary>
public static partial class AddressRules
{
    const string LabelPattern = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";

    // A name that ends in a number is parsed as an IP address.
    const string LastLabelPattern = "([0-9]*[a-z]([-a-z0-9]*[a-z0-9])?|[0-9]+-[-a-z0-9]*[a-z0-9])";
    const string HostPattern = "(" + LabelPattern + "[.])*" + LastLabelPattern;
    const string UserInfoPattern = "([!-\"$-.0->A-~]+@)?";
    const string PortPattern =
        "(:([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?";
    const string UrlLabelPattern = "[A-Za-z0-9]([-_A-Za-z0-9]*[A-Za-z0-9])?";
    const string UrlLastLabelPattern =
        "([0-9]*[A-Za-z]([-_A-Za-z0-9]*[A-Za-z0-9])?|[0-9]+[-_][-_A-Za-z0-9]*[A-Za-z0-9])[.]?";
    const string OctetPattern = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    const string Ipv4Pattern = OctetPattern + "([.]" + OctetPattern + "){3}";
    const string HexPattern = "[0-9A-Fa-f]{1,4}";

    // RFC 4291 §2.2: eight groups, or fewer around one '::'.
    const string Ipv6Pattern = "((" + HexPattern + ":){7}" + HexPattern + "|(" + HexPattern + ":){1,7}:"
        + "|(" + HexPattern + ":){1,6}:" + HexPattern + "|(" + HexPattern + ":){1,5}(:" + HexPattern + "){2}"
        + "|(" + HexPattern + ":){1,4}(:" + HexPattern + "){3}|(" + HexPattern + ":){1,3}(:" + HexPattern + "){4}"
        + "|(" + HexPattern + ":){1,2}(:" + HexPattern + "){5}|" + HexPattern + ":(:" + HexPattern + "){6}"
        + "|:((:" + HexPattern + "){1,7}|:)|::[Ff]{4}:" + Ipv4Pattern + ")";

    const string UrlHostPattern = "((" + UrlLabelPattern + "[.])*" + UrlLastLabelPattern + "|" + Ipv4Pattern
        + "|\\[" + Ipv6Pattern + "\\])" + PortPattern;

    // Printable ASCII except '#' and '?', because paths are appended to the URL.
    const string PathPattern = "(/[!-\"$->@-~]*)?";
    const string HttpUrlPattern = "https?://" + UserInfoPattern + UrlHostPattern + PathPattern;
    const string HttpOrFileUrlPattern = HttpUrlPattern + "|file:///[!-\"$->@-~]+";
    const string EndpointPattern = "https?://" + UrlHostPattern + "/?";
    const string IssuerPattern = "https://" + UrlHostPattern + PathPattern
        + "|http://(localhost|127[.]0[.]0[.]1|\\[::1\\])" + PortPattern + PathPattern;
    const string PathPartPattern = "[.]*[A-Za-z0-9_~-][A-Za-z0-9._~-]*";
    const string AbsolutePathPattern = "/(" + PathPartPattern + "(/" + PathPartPattern + ")*/?)?";

    // A URL may contain a password, which CEL cannot hide as Quote does: the API server's message omits the URL.
    public static readonly Rule<string> HttpUrl = TextPattern.Rule(HttpUrlPattern, HttpUrlRegex(),
        "is not an http or https URL", showsValue: false);

    public static readonly Rule<string> HttpOrFileUrl = TextPattern.Rule(
        HttpOrFileUrlPattern, HttpOrFileUrlRegex(), "is not an http, https or file URL", showsValue: false);

    /// <summary>A password in a URL would appear in logs, statuses and <c>kubectl get -o yaml</c>.</summary>
    public static readonly Rule<string> NoUserInfo = new()
    {
        Cel = "!self.matches('^[^/]*//[^/]*@')",
        Predicate = url => !StartsWithUserInfo().IsMatch(url),
        Message = "contains a user name or password: put them in the Secret that credentialsSecretRef names",
        Value = url => url,
    };

    public static readonly Rule<string> Endpoint = TextPattern.Rule(EndpointPattern, EndpointRegex(),
        "is not an http or https URL without a path", showsValue: false);

    /// <summary><see href="https://openid.net/specs/openid-connect-discovery-1_0.html#IssuerDiscovery">OpenID Connect
    /// Discovery</see> requires https; a loopback address is for trials.</summary>
    public static readonly Rule<string> Issuer = TextPattern.Rule(IssuerPattern, IssuerRegex(),
        "is not an https URL (http is allowed only for localhost)", showsValue: false);

    public static readonly Rule<string> Host = TextPattern.Rule(HostPattern, HostRegex(),
        "is not a host name: use lowercase labels of letters, digits and '-', separated by dots; an IP address is "
            + "not allowed");

    public static readonly Rule<string> AbsolutePath = TextPattern.Rule(AbsolutePathPattern, AbsolutePathRegex(),
        "is not an absolute path: start with '/', use letters, digits, '.', '_', '~' and '-', and do not use parts "
            + "that are only dots");

    [GeneratedRegex($@"^(?:{HttpUrlPattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex HttpUrlRegex();

    [GeneratedRegex($@"^(?:{HttpOrFileUrlPattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex HttpOrFileUrlRegex();

    [GeneratedRegex("^[^/]*//[^/]*@", RegexOptions.CultureInvariant)]
    private static partial Regex StartsWithUserInfo();

    [GeneratedRegex($@"^(?:{EndpointPattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex EndpointRegex();

    [GeneratedRegex($@"^(?:{IssuerPattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex IssuerRegex();

    [GeneratedRegex($@"^(?:{HostPattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex HostRegex();

    [GeneratedRegex($@"^(?:{AbsolutePathPattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex AbsolutePathRegex();
}
