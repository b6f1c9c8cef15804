using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PyRepo.Kubernetes.Objects.Meta;

/// <summary>A time of one format.</summary>
public abstract class TimeConverter(string format) : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString(format, CultureInfo.InvariantCulture));
}

/// <summary>A time of whole seconds (meta/v1 Time), always in UTC.</summary>
public sealed class SecondsTimeConverter() : TimeConverter("yyyy-MM-dd'T'HH:mm:ss'Z'");

/// <summary>A time of microseconds (meta/v1 MicroTime): exactly six digits, always in UTC.</summary>
public sealed class MicroTimeConverter() : TimeConverter("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'");
