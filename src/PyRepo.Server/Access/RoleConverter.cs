using System.Text.Json;
using System.Text.Json.Serialization;
using PyRepo.Resources.Access;

namespace PyRepo.Server.Access;

/// <summary>
/// Reads and writes a role as its name. <see cref="JsonStringEnumConverter{T}"/> would read numbers that are no role,
/// and lists of roles, of which it makes another one.
/// </summary>
sealed class RoleConverter : JsonConverter<Role>
{
    /// <inheritdoc/>
    public override Role Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var name = reader.TokenType is JsonTokenType.String ? reader.GetString() : null;
        foreach (var role in Enum.GetValues<Role>())
        {
            if (role.ToString().Equals(name, StringComparison.OrdinalIgnoreCase))
                return role;
        }
        throw new JsonException("The role must be Reader, Publisher, Maintainer or Auditor.");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Role value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
