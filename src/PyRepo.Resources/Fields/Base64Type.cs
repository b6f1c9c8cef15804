using PyRepo.Resources.Nodes;

namespace PyRepo.Resources.Fields;

/// <summary>Bytes in Base64 (<see href="https://www.rfc-editor.org/rfc/rfc4648#section-4">RFC 4648</see>), with
/// optional line breaks. Error messages never show the value.</summary>
public sealed class Base64Type : StructFieldType<ReadOnlyMemory<byte>>
{
    /// <summary>1 MiB of bytes, in Base64 with line breaks.</summary>
    const int MaxLength = 1_500_000;

    protected override Schema Describe() => new StringSchema(0, MaxLength) { Format = "byte" };

    protected override bool TryParse(Node node, FieldLocation location, out ReadOnlyMemory<byte> value)
    {
        value = default;
        if (node is not ScalarNode scalar)
        {
            location.Report($"is {node.Kind}, not text in Base64");
            return false;
        }
        var bytes = new byte[scalar.Value.Length * 3L / 4 + 3];
        if (scalar.Value.Length <= MaxLength && Convert.TryFromBase64String(scalar.Value, bytes, out var length))
        {
            value = bytes.AsMemory(0, length);
            return true;
        }
        location.Report("is not Base64 (write plain text under stringData instead)");
        return false;
    }
}
