using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using PyRepo.Operator.Settings;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// The arguments of a server. An older image, which a resource pins, may not know an option that is new: its server
/// keeps the options that it started with. An annotation of the Deployment names them, and their values are always
/// those that are wanted now, so that whatever somebody changes of the arguments is put back.
/// </summary>
static class ServerArguments
{
    const char Separator = ' ';

    /// <summary>The options, without dashes, that servers of all versions know.</summary>
    static readonly FrozenSet<string> _always =
        ["f", "data", "listen", "management", "root", "drain", "trusted-proxy"];

    /// <summary>The arguments.</summary>
    public static ImmutableArray<string> Create(
        DeclaredResource resource, ReconcileInputs inputs, OperatorSettings settings)
    {
        var known = KnownOptions(resource, inputs);
        return
        [
            "serve",
            .. from argument in All(resource, settings)
               where known is null || _always.Contains(argument.Option.TrimStart('-'))
                   || known.Contains(argument.Option)
               from text in new[] { argument.Option, argument.Value }
               select text,
        ];
    }

    /// <summary>The <see cref="Annotations.ServerOptions"/> of a server: its image, and its options.</summary>
    public static string GetOptions(string image, IEnumerable<string> arguments) => string.Join(
        Separator, arguments.Where(IsOption).Distinct().Order(StringComparer.Ordinal).Prepend(image));

    static IEnumerable<(string Option, string Value)> All(DeclaredResource resource, OperatorSettings settings) =>
    [
        ("-f", PodManifest.ConfigurationFolder),
        ("--data", PodManifest.DataFolder),
        ("--listen", $"[::]:{PodManifest.HttpPortNumber}"),
        ("--management", $"[::]:{PodManifest.ManagementPortNumber}"),
        ("--root", resource.Name),
        ("--drain", PodManifest.DrainSeconds(resource).ToString(CultureInfo.InvariantCulture)),
        .. settings.Ingress.TrustedProxies.Select(network => ("--trusted-proxy", network)),
    ];

    /// <summary>The options of a server whose image stays; null: it has the operator's own image, or is new.</summary>
    static string[]? KnownOptions(DeclaredResource resource, ReconcileInputs inputs)
    {
        var known = inputs.Deployment?.Metadata.Annotations?.GetValueOrDefault(Annotations.ServerOptions);
        return resource.Spec!.Server.Image is { } pinned && known?.Split(Separator) is [var image, .. var options]
            && image == pinned
            ? options
            : null;
    }

    static bool IsOption(string argument) => argument.StartsWith('-');
}
