using PyRepo.Resources.Nodes;

namespace PyRepo.Resources.Fields;

/// <summary>True or false.</summary>
public sealed class FlagType : StructFieldType<bool>
{
    public override string? Write(bool value) => value ? "true" : "false";

    protected override Schema Describe() => new FlagSchema();

    protected override bool TryParse(Node node, FieldLocation place, out bool value)
    {
        if (node is ScalarNode { ScalarKind: ScalarKind.Boolean } scalar)
        {
            value = ScalarKinds.IsTrue(scalar.Value);
            return true;
        }
        value = false;
        place.Report($"is {node.Kind}, not true or false");
        return false;
    }
}
