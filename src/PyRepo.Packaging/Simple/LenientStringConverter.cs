using System.Text.Json;

namespace PyRepo.Packaging.Simple;

sealed class LenientStringConverter : ReadOnlyConverter<string?>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.ReadString();
}
