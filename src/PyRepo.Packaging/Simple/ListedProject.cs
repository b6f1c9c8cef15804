using System.Text.Json;

namespace PyRepo.Packaging.Simple;

/// <summary>One entry of a <see cref="ProjectList"/>.</summary>
/// <param name="Name">The display name, in the project's own spelling.</param>
/// <param name="LastSerial">PyPI's serial of the project, or null.</param>
public readonly record struct ListedProject(string Name, long? LastSerial = null);

sealed class ListedProjectConverter : ReadOnlyConverter<ListedProject>
{
    public override ListedProject Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (!reader.StartsObject())
            throw new JsonException("an entry of \"projects\" is not an object");
        string? name = null;
        long? serial = null;
        while (reader.ReadProperty())
        {
            if (reader.IsProperty("name"u8))
                name = reader.ReadString();
            else if (reader.IsProperty("_last-serial"u8))
                serial = reader.ReadInt64();
            else
                reader.SkipValue();
        }
        return new ListedProject(name ?? throw new JsonException("an entry of \"projects\" has no name"), serial);
    }
}
