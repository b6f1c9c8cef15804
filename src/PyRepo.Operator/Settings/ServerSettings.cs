using System.Collections.Immutable;
using System.Text.Json.Nodes;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Manifests;
using PyRepo.Resources.Scheduling;
using PyRepo.Resources.Serving;
using PyRepo.Resources.Values;

namespace PyRepo.Operator.Settings;

/// <summary>
/// What the administrator decides about servers' pods where a resource does not. It is read by the same rules.
/// </summary>
public sealed record ServerSettings : ServerPodSpec
{
    const string Name = "server";

    public static readonly ObjectType<ServerSettings> Type = new(fields => new(fields));

    /// <summary>A ResourceQuota only takes pods that request what it counts.</summary>
    static readonly ResourceRequirements _requests = new()
    {
        Requests = new(ImmutableSortedDictionary.Create<string, Quantity>(StringComparer.Ordinal)
            .Add("cpu", Quantity.Parse("50m")).Add("memory", Quantity.Parse("96Mi"))),
    };

    /// <summary>
    /// Whether the platform assigns each pod a user and a group, as OpenShift does; else the operator names them.
    /// </summary>
    public bool AssignedUser { get; init; }

    public ServerSettings() => Resources = _requests;

    /// <summary>A chart writes what is empty, too.</summary>
    ServerSettings(FieldReader fields) : base(fields, _requests)
    {
        ImagePullSecrets = ImagePullSecrets is { Count: 0 } ? null : ImagePullSecrets;
        Tolerations = Tolerations is { Count: 0 } ? null : Tolerations;
        Affinity = Affinity == new Affinity() ? null : Affinity;
        TopologySpreadConstraints = TopologySpreadConstraints is { Count: 0 } ? null : TopologySpreadConstraints;
        AssignedUser = fields.Default("assignedUser", new BooleanType(), AssignedUser,
            "Whether the platform assigns each pod a user and a group, as OpenShift does.");
    }

    /// <summary>Takes the settings of servers out of a settings file.</summary>
    /// <exception cref="SettingsException">Something in them is wrong.</exception>
    internal static ServerSettings TakeFrom(JsonNode? settings)
    {
        if (settings is not JsonObject fields || !fields.Remove(Name, out var server) || server is null)
            return new();
        var read = JsonFields.Read(Type, server.ToJsonString(), Name, out var problems);
        return problems is [var first, ..] ? throw new SettingsException($"{first.FieldPath}: {first.Message}") : read;
    }
}
