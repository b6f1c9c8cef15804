using System.Text.RegularExpressions;

namespace PyRepo.Resources.Rules;

/// <summary>The forms of names: of Kubernetes objects, of users, of Python projects.</summary>
public static partial class NameRules
{
    const string LabelForm = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    const string ResourceNameForm = "[a-z]([-a-z0-9]*[a-z0-9])?";
    internal const string DataKeyForm = "[.]?[-_a-zA-Z0-9][-._a-zA-Z0-9]*";
    const string UserForm = "[^:\\x00-\\x20\\x7f]+";
    const string ProjectPatternForm = "[A-Za-z0-9*]([A-Za-z0-9._*-]*[A-Za-z0-9*])?";
    const string VersionForm = "(===|==|~=|!=|<=|>=|<|>) *[A-Za-z0-9.*+!_-]+";
    const string RequirementForm =
        ProjectPatternForm + " *(\\[[A-Za-z0-9._, -]*\\])? *(" + VersionForm + " *(, *" + VersionForm + " *)*)?";

    /// <summary>RFC 1123's subdomain.</summary>
    internal const string ObjectNameForm = LabelForm + "([.]" + LabelForm + ")*";

    /// <summary>RFC 1123's label.</summary>
    public static readonly Rule<string> Label = TextForm.Rule(LabelForm, LabelRegex(),
        "is not a DNS label: lower-case letters, digits and '-', with a letter or digit at both ends");

    /// <summary>RFC 1035's label: a Service has the resource's name.</summary>
    public static readonly Rule<string> ResourceName = TextForm.Rule(ResourceNameForm, ResourceNameRegex(),
        "is not a DNS label that starts with a letter: lower-case letters, digits and '-'");

    public static readonly Rule<string> ObjectName = TextForm.Rule(ObjectNameForm, ObjectNameRegex(),
        "is not an object's name: lower-case letters, digits, '-' and '.', with a letter or digit at both ends and "
        + "beside each '.'");

    public static readonly Rule<string> DataKey = TextForm.Rule(DataKeyForm, DataKeyRegex(),
        "is not a key of a Secret or ConfigMap: letters, digits, '-', '_' and '.', and more than dots at the "
        + "beginning");

    /// <summary>htpasswd ends a name at the colon; a line of groups ends one at white space.</summary>
    public static readonly Rule<string> User = TextForm.Rule(UserForm, UserRegex(),
        "is not a user's or group's name: no ':', white space or control characters");

    public static readonly Rule<string> ProjectPattern = TextForm.Rule(ProjectPatternForm, ProjectPatternRegex(),
        "is not a project's name: letters, digits, '-', '_', '.', and '*' for any characters");

    public static readonly Rule<string> Requirement = TextForm.Rule(RequirementForm, RequirementRegex(),
        "is not a requirement: a project's name ('*' stands for any characters), and versions such as >=2,<3");

    [GeneratedRegex($@"^(?:{LabelForm})\z", RegexOptions.CultureInvariant)]
    private static partial Regex LabelRegex();

    [GeneratedRegex($@"^(?:{ResourceNameForm})\z", RegexOptions.CultureInvariant)]
    private static partial Regex ResourceNameRegex();

    [GeneratedRegex($@"^(?:{ObjectNameForm})\z", RegexOptions.CultureInvariant)]
    private static partial Regex ObjectNameRegex();

    [GeneratedRegex($@"^(?:{DataKeyForm})\z", RegexOptions.CultureInvariant)]
    private static partial Regex DataKeyRegex();

    [GeneratedRegex($@"^(?:{UserForm})\z", RegexOptions.CultureInvariant)]
    private static partial Regex UserRegex();

    [GeneratedRegex($@"^(?:{ProjectPatternForm})\z", RegexOptions.CultureInvariant)]
    private static partial Regex ProjectPatternRegex();

    [GeneratedRegex($@"^(?:{RequirementForm})\z", RegexOptions.CultureInvariant)]
    private static partial Regex RequirementRegex();
}
