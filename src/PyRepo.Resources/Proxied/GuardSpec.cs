using PyRepo.Resources.Attesting;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Proxied;

/// <summary>The actions of a proxy on files that look like those of an attack.</summary>
public sealed record GuardSpec
{
    public static readonly ObjectType<GuardSpec> Type = new(fields => new(fields));

    static readonly ListType<GuardRule> _rules =
        new(new EnumType<GuardRule>(), maxItems: Enum.GetValues<GuardRule>().Length) { MinItems = 1 };

    /// <summary>
    /// The rules that apply if none are named: all but <see cref="GuardRule.SdistOnlyNow"/>, because the wheels of many
    /// releases come after their source distribution.
    /// </summary>
    public static ValueList<GuardRule> DefaultRules { get; } =
        [.. Enum.GetValues<GuardRule>().Where(rule => rule is not GuardRule.SdistOnlyNow)];

    public PolicyAction Action { get; init; } = PolicyAction.Report;

    /// <summary>Counts from when a file became available. Only <see cref="PolicyAction.Hold"/> ends.</summary>
    public Duration HoldFor { get; init; } = Duration.FromDays(7);

    /// <summary>Null: <see cref="DefaultRules"/>.</summary>
    public ValueList<GuardRule>? Rules { get; init; }

    public GuardSpec()
    {
    }

    GuardSpec(FieldReader fields)
    {
        Action = fields.Default("action", new EnumType<PolicyAction>(), Action,
            "What happens to a file in which a rule finds something: Report only reports it, Hold hides it for holdFor, "
            + "Hide hides it for good.");
        HoldFor = fields.Default("holdFor", AmountTypes.PositiveDuration, HoldFor,
            "How long Hold hides a file, from when it became available. Files that are younger than this when they are "
            + "first seen are inspected before they are listed, others when they are first fetched.");
        Rules = fields.Optional("rules", _rules,
            $"The rules: {string.Join(", ", Enum.GetNames<GuardRule>())}. If omitted, all but SdistOnlyNow apply.");
    }
}

/// <summary>A rule of the release guard.</summary>
public enum GuardRule
{
    /// <summary>A file runs whenever the interpreter starts.</summary>
    StartupFile,

    /// <summary>A command or script has the name of an interpreter or an installer.</summary>
    ShadowsInterpreter,

    /// <summary>A wheel writes into the package of another project.</summary>
    OutsideItsPackage,

    /// <summary>RECORD lists other files than the wheel has, or the archive cannot be read.</summary>
    RecordMismatch,

    /// <summary>A file runs whenever the interpreter starts, and none did in the project's last releases.</summary>
    NewStartupFile,

    /// <summary>A wheel has compiled files, and none of the project's last releases had.</summary>
    NewNativeCode,

    /// <summary>A file was added to a release that is older than 14 days.</summary>
    OldReleaseNewFile,

    /// <summary>The newest release has only a source distribution, and the ones before had wheels.</summary>
    SdistOnlyNow,

    /// <summary>A release requires a young project that the last releases did not require.</summary>
    YoungDependency,

    /// <summary>The project's name is one typo away from another's that is in use here.</summary>
    LookAlike,

    /// <summary>A file has another hash than before at upstream, or none any more.</summary>
    ChangedBytes,
}
