using System.Text.RegularExpressions;

namespace PyRepo.Resources.Rules;

/// <summary>The forms of addresses: URLs, hosts and paths.</summary>
public static partial class AddressRules
{
    const string LabelForm = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";

    // A name that ends in a number is read as an IP address.
    const string LastLabelForm = "([0-9]*[a-z]([-a-z0-9]*[a-z0-9])?|[0-9]+-[-a-z0-9]*[a-z0-9])";
    const string HostForm = "(" + LabelForm + "[.])*" + LastLabelForm;
    const string UserInfoForm = "([!-\"$-.0->A-~]+@)?";
    const string PortForm =
        "(:([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?";
    const string UrlLabelForm = "[A-Za-z0-9]([-_A-Za-z0-9]*[A-Za-z0-9])?";
    const string UrlLastLabelForm =
        "([0-9]*[A-Za-z]([-_A-Za-z0-9]*[A-Za-z0-9])?|[0-9]+[-_][-_A-Za-z0-9]*[A-Za-z0-9])[.]?";
    const string OctetForm = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    const string Ipv4Form = OctetForm + "([.]" + OctetForm + "){3}";
    const string HexForm = "[0-9A-Fa-f]{1,4}";

    // RFC 4291 §2.2: eight groups, or fewer around one '::'.
    const string Ipv6Form = "((" + HexForm + ":){7}" + HexForm + "|(" + HexForm + ":){1,7}:"
        + "|(" + HexForm + ":){1,6}:" + HexForm + "|(" + HexForm + ":){1,5}(:" + HexForm + "){2}"
        + "|(" + HexForm + ":){1,4}(:" + HexForm + "){3}|(" + HexForm + ":){1,3}(:" + HexForm + "){4}"
        + "|(" + HexForm + ":){1,2}(:" + HexForm + "){5}|" + HexForm + ":(:" + HexForm + "){6}"
        + "|:((:" + HexForm + "){1,7}|:)|::[Ff]{4}:" + Ipv4Form + ")";

    const string UrlHostForm = "((" + UrlLabelForm + "[.])*" + UrlLastLabelForm + "|" + Ipv4Form
        + "|\\[" + Ipv6Form + "\\])" + PortForm;

    // Printable ASCII but '#' and '?': what is asked of the URL is appended to its path.
    const string PathForm = "(/[!-\"$->@-~]*)?";
    const string HttpUrlForm = "https?://" + UserInfoForm + UrlHostForm + PathForm;
    const string EndpointForm = "https?://" + UrlHostForm + "/?";
    const string IssuerForm = "https://" + UrlHostForm + PathForm
        + "|http://(localhost|127[.]0[.]0[.]1|\\[::1\\])" + PortForm + PathForm;
    const string PathPartForm = "[.]*[A-Za-z0-9_~-][A-Za-z0-9._~-]*";
    const string AbsolutePathForm = "/(" + PathPartForm + "(/" + PathPartForm + ")*/?)?";

    // A URL might hold a password, which CEL cannot hide as Quoted does: the API server's message goes without it.
    public static readonly Rule<string> HttpUrl = TextForm.Rule(HttpUrlForm, HttpUrlRegex(),
        "is not an http or https URL", isShown: false);

    /// <summary>A password in a URL would show in logs, statuses and <c>kubectl get -o yaml</c>.</summary>
    public static readonly Rule<string> NoUserInfo = new()
    {
        Cel = "!self.matches('^[^/]*//[^/]*@')",
        Predicate = url => !StartsWithUserInfo().IsMatch(url),
        Sentence = "holds a user name or password: put them into the Secret that credentialsSecretRef names",
        Value = url => url,
    };

    public static readonly Rule<string> Endpoint = TextForm.Rule(EndpointForm, EndpointRegex(),
        "is not the http or https URL of a service, without a path", isShown: false);

    /// <summary>OpenID Connect Discovery 1.0 §2 wants https; a loopback address is for trying out.</summary>
    public static readonly Rule<string> Issuer = TextForm.Rule(IssuerForm, IssuerRegex(),
        "is not an https URL (http is allowed for localhost alone)", isShown: false);

    public static readonly Rule<string> Host = TextForm.Rule(HostForm, HostRegex(),
        "is not a host name: lower-case labels of letters, digits and '-', with dots between them, and no IP "
        + "address");

    public static readonly Rule<string> AbsolutePath = TextForm.Rule(AbsolutePathForm, AbsolutePathRegex(),
        "is not a path that begins with '/': parts of letters, digits, '.', '_', '~' and '-', none of them dots "
        + "alone");

    [GeneratedRegex($@"^(?:{HttpUrlForm})\z", RegexOptions.CultureInvariant)]
    private static partial Regex HttpUrlRegex();

    [GeneratedRegex("^[^/]*//[^/]*@", RegexOptions.CultureInvariant)]
    private static partial Regex StartsWithUserInfo();

    [GeneratedRegex($@"^(?:{EndpointForm})\z", RegexOptions.CultureInvariant)]
    private static partial Regex EndpointRegex();

    [GeneratedRegex($@"^(?:{IssuerForm})\z", RegexOptions.CultureInvariant)]
    private static partial Regex IssuerRegex();

    [GeneratedRegex($@"^(?:{HostForm})\z", RegexOptions.CultureInvariant)]
    private static partial Regex HostRegex();

    [GeneratedRegex($@"^(?:{AbsolutePathForm})\z", RegexOptions.CultureInvariant)]
    private static partial Regex AbsolutePathRegex();
}
