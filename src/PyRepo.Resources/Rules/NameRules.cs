using System.Text.RegularExpressions;

namespace PyRepo.Resources.Rules;

/// <summary>The forms of names: of Kubernetes objects, of users, of Python projects.</summary>
public static partial class NameRules
{
    const string LabelPattern = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    const string ResourceNamePattern = "[a-z]([-a-z0-9]*[a-z0-9])?";
    internal const string DataKeyPattern = "[.]?[-_a-zA-Z0-9][-._a-zA-Z0-9]*";
    const string UserPattern = "[^:\\x00-\\x20\\x7f]+";
    const string ProjectPatternPattern = "[A-Za-z0-9*]([A-Za-z0-9._*-]*[A-Za-z0-9*])?";
    const string VersionPattern = "(===|==|~=|!=|<=|>=|<|>) *[A-Za-z0-9.*+!_-]+";
    const string RequirementPattern =
        ProjectPatternPattern + " *(\\[[A-Za-z0-9._, -]*\\])? *(" + VersionPattern + " *(, *" + VersionPattern + " *)*)?";

    /// <summary>RFC 1123's subdomain.</summary>
    internal const string ObjectNamePattern = LabelPattern + "([.]" + LabelPattern + ")*";

    /// <summary>RFC 1123's label.</summary>
    public static readonly Rule<string> Label = TextPattern.Rule(LabelPattern, LabelRegex(),
        "is not a DNS label: lower-case letters, digits and '-', with a letter or digit at both ends");

    /// <summary>RFC 1035's label: a Service has the resource's name.</summary>
    public static readonly Rule<string> ResourceName = TextPattern.Rule(ResourceNamePattern, ResourceNameRegex(),
        "is not a DNS label that starts with a letter: lower-case letters, digits and '-'");

    public static readonly Rule<string> ObjectName = TextPattern.Rule(ObjectNamePattern, ObjectNameRegex(),
        "is not an object's name: lower-case letters, digits, '-' and '.', with a letter or digit at both ends and "
        + "beside each '.'");

    public static readonly Rule<string> DataKey = TextPattern.Rule(DataKeyPattern, DataKeyRegex(),
        "is not a key of a Secret or ConfigMap: letters, digits, '-', '_' and '.', and more than dots at the "
        + "beginning");

    /// <summary>htpasswd ends a name at the colon; a line of groups ends one at white space.</summary>
    public static readonly Rule<string> User = TextPattern.Rule(UserPattern, UserRegex(),
        "is not a user's or group's name: no ':', white space or control characters");

    public static readonly Rule<string> ProjectPattern = TextPattern.Rule(ProjectPatternPattern, ProjectPatternRegex(),
        "is not a project's name: letters, digits, '-', '_', '.', and '*' for any characters");

    public static readonly Rule<string> Requirement = TextPattern.Rule(RequirementPattern, RequirementRegex(),
        "is not a requirement: a project's name ('*' stands for any characters), and versions such as >=2,<3");

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

    [GeneratedRegex($@"^(?:{RequirementPattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex RequirementRegex();
}
