using System.Text.Json.Nodes;
using PyRepo.Testing.Sigstore;

namespace PyRepo.Sigstore.Tests;

/// <summary>One thing that is wrong with an attestation, and the step that must find it.</summary>
public sealed record Mutation(string Name, VerificationStep Step)
{
    /// <summary>Changes what is attested.</summary>
    public Func<AttestationRequest, AttestationRequest> Request { get; init; } = request => request;

    /// <summary>Changes the attestation that came out.</summary>
    public Action<JsonObject> Attestation { get; init; } = _ => { };

    /// <summary>Changes the bundle that is made of the attestation; null if there is none.</summary>
    public Action<JsonObject>? Bundle { get; init; }

    /// <summary>Changes the trusted root.</summary>
    public Action<JsonObject> Root { get; init; } = _ => { };

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
