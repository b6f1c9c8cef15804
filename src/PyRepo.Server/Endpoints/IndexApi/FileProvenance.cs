using System.Text.Json;
using PyRepo.Packaging.Attestations;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Rendering;

namespace PyRepo.Server.Endpoints.IndexApi;

/// <summary>
/// The key <c>provenance</c> of a file in PyPI's JSON API: who is proved to have attested it. PyPI has no such key.
/// </summary>
static class FileProvenance
{
    /// <summary>Writes the key, without what is not known; nothing if nothing is.</summary>
    public static void Write(Utf8JsonWriter json, Distribution file)
    {
        if (file is { Provenance: null, Verified: null })
            return;
        json.WriteStartObject("provenance");
        if (file.Provenance is not null)
            json.WriteString("url", BaseUrlMarker.Text + Provenance.GetPath(file.Name));
        if (file.Verified is { } verified)
            Write(json, verified);
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, VerifiedProvenance verified)
    {
        json.WriteString("verdict", verified.Verdict.ToName());
        if (verified.Attestations.Count > 0)
        {
            json.WriteStartArray("attestations");
            foreach (var attestation in verified.Attestations)
                Write(json, attestation);
            json.WriteEndArray();
        }
        WriteIfKnown(json, "problem", verified.Problem);
        if (verified.Established is { } established)
        {
            json.WriteStartArray("established");
            foreach (var publisher in established)
                json.WriteStringValue(publisher);
            json.WriteEndArray();
        }
    }

    static void Write(Utf8JsonWriter json, ProvenAttestation attestation)
    {
        json.WriteStartObject();
        WriteIfKnown(json, "publisher", attestation.Publisher);
        WriteIfKnown(json, "kind", attestation.Kind);
        WriteIfKnown(json, "name", attestation.Name);
        WriteIfKnown(json, "workflow", attestation.Workflow);
        WriteIfKnown(json, "environment", attestation.Environment);
        WriteIfKnown(json, "repository", attestation.Repository);
        WriteIfKnown(json, "commit", attestation.Commit);
        WriteIfKnown(json, "ref", attestation.Ref);
        json.WriteString("signedAt", attestation.SignedAt);
        WriteIfKnown(json, "log", attestation.Log);
        json.WriteNumber("logIndex", attestation.LogIndex);
        json.WriteEndObject();
    }

    static void WriteIfKnown(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }
}
