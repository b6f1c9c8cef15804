using System.Text.RegularExpressions;

namespace PyRepo.Resources.Rules;

/// <summary>The patterns of names: of Kubernetes objects, users and Python projects.</summary>
public static partial class NameRules
{
    const string LabelPattern = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    const string ResourceNamePattern = "[a-z]([-a-z0-9]*[a-z0-9])?";
    internal const string DataKeyPattern = "[.]?[-_a-zA-Z0-9][-._a-zA-Z0-9]*";
    const string UserPattern = "[^:\\x00-\\x20\\x7f]+";
    const string ProjectPatternPattern = "[A-Za-z0-9*]([A-Za-z0-9._*-]*[A-Za-z0-9*])?";
    const string ProjectText = "[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?";
    const string ReleaseStart = "[vV]?([0-9]+!)?[0-9]+";
    const string ReleaseEnd =
        "(?i:([-_.]?(a(lpha)?|b(eta)?|r?c|pre(view)?)[-_.]?[0-9]*)?(-[0-9]+|[-_.]?(post|r(ev)?)[-_.]?[0-9]*)?"
        + "([-_.]?dev[-_.]?[0-9]*)?)";
    const string LocalVersion = "([+][A-Za-z0-9]+([-_.][A-Za-z0-9]+)*)?";

    /// <summary>A clause of <see href="https://packaging.python.org/en/latest/specifications/version-specifiers/">version
    /// specifiers</see>: which version may follow depends on the operator.</summary>
    const string VersionClause =
        "(=== *[A-Za-z0-9.*+!_-]+|[=!]= *" + ReleaseStart + "([.][0-9]+)*([.][*]|" + ReleaseEnd + LocalVersion + ")"
        + "|(~= *" + ReleaseStart + "([.][0-9]+)+|[<>]=? *" + ReleaseStart + "([.][0-9]+)*)" + ReleaseEnd + ")";

    /// <summary>The clause stands once: the definitions of the kinds have a maximum length. So a comma may be last, as in
    /// Python.</summary>
    const string RequirementPattern =
        ProjectPatternPattern + " *(\\[[A-Za-z0-9._, -]*\\])? *(" + VersionClause + " *(, *|$))*";

    /// <summary>A subdomain as in RFC 1123
    /// (<see href="https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names">object
    /// names</see>).</summary>
    internal const string ObjectNamePattern = LabelPattern + "([.]" + LabelPattern + ")*";

    /// <summary>A label as in RFC 1123
    /// (<see href="https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names">object
    /// names</see>).</summary>
    public static readonly Rule<string> Label = TextPattern.Rule(LabelPattern, LabelRegex(),
        "is not a DNS label: use lowercase letters, digits and '-', and start and end with a letter or digit");

    /// <summary>A label as in RFC 1035
    /// (<see href="https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names">object
    /// names</see>), because a Service has the resource's name.</summary>
    public static readonly Rule<string> ResourceName = TextPattern.Rule(ResourceNamePattern, ResourceNameRegex(),
        "is not a DNS label that starts with a letter: use lowercase letters, digits and '-'");

    public static readonly Rule<string> ObjectName = TextPattern.Rule(ObjectNamePattern, ObjectNameRegex(),
        "is not an object name: use lowercase letters, digits, '-' and '.', and start and end each part between dots "
            + "with a letter or digit");

    public static readonly Rule<string> DataKey = TextPattern.Rule(DataKeyPattern, DataKeyRegex(),
        "is not a key of a Secret or ConfigMap: use letters, digits, '-', '_' and '.'; '.' alone and '..' at the "
            + "start are not allowed");

    public static readonly Rule<string> SecretKey = TextPattern.Rule(
        DataKeyPattern, DataKeyRegex(), "is not a key of a Secret", showsValue: false);

    /// <summary>In htpasswd a name ends at the colon; in a line of groups it ends at white space.</summary>
    public static readonly Rule<string> User = TextPattern.Rule(UserPattern, UserRegex(),
        "is not a user or group name: do not use ':', white space or control characters");

    public static readonly Rule<string> ProjectPattern = TextPattern.Rule(ProjectPatternPattern, ProjectPatternRegex(),
        "is not a project name: use letters, digits, '-', '_' and '.'; '*' matches any characters");

    public static readonly Rule<string> Project = TextPattern.Rule(ProjectText, ProjectRegex(),
        "is not a project name: use letters, digits, '-', '_' and '.', and start and end with a letter or digit");

    public static readonly Rule<string> Requirement = TextPattern.Rule(RequirementPattern, RequirementRegex(),
        "is not a requirement: write a project name ('*' matches any characters), optionally with versions such as "
            + ">=2,<3; '*' only ends the version of '==' or '!=', after a dot, and that of '~=' has a dot",
        isRatcheted: true);

    [GeneratedRegex($@"^(?:{LabelPattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex LabelRegex();

    [GeneratedRegex($@"^(?:{ResourceNamePattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex ResourceNameRegex();

    [GeneratedRegex($@"^(?:{ObjectNamePattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex ObjectNameRegex();

    [GeneratedRegex($@"^(?:{DataKeyPattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex DataKeyRegex();

    [GeneratedRegex($@"^(?:{UserPattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex UserRegex();

    [GeneratedRegex($@"^(?:{ProjectPatternPattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex ProjectPatternRegex();

    [GeneratedRegex($@"^(?:{ProjectText})\z", RegexOptions.CultureInvariant)]
    private static partial Regex ProjectRegex();

    [GeneratedRegex($@"^(?:{RequirementPattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex RequirementRegex();
}
