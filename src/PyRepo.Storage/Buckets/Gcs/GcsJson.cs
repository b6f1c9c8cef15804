using System.Text.Json.Serialization;

namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>The JSON of the service.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowReadingFromString,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GcsObject))]
[JsonSerializable(typeof(GcsObjectPage))]
[JsonSerializable(typeof(GcsErrorDocument))]
[JsonSerializable(typeof(GcsNewBucket))]
sealed partial class GcsJson : JsonSerializerContext;
