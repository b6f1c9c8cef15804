using PyRepo.Resources.Fields;
using PyRepo.Resources.Rules;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Serving;

/// <summary>Gives the server's pods the memory that <c>status.recommendation</c> recommends.</summary>
public sealed record AutoMemorySpec
{
    public static readonly ObjectType<AutoMemorySpec> Type = new(fields => new(fields));

    public Quantity Max { get; init; }

    public AutoMemorySpec()
    {
    }

    AutoMemorySpec(FieldReader fields) => Max = fields.Required("max", AmountTypes.VolumeSize,
        "The most memory that a pod gets, whatever is recommended.");

    /// <summary>Only one of the two could be kept.</summary>
    internal static readonly Rule<ServerSpec> MaxHoldsResources = new()
    {
        FieldPath = "autoMemory.max",
        DependsOn = ["autoMemory", "resources"],
        Cel = "!has(self.autoMemory) || !isQuantity(string(self.autoMemory.max)) || !has(self.resources)"
            + $" || ({IsHeldCel("limits")}) && ({IsHeldCel("requests")})",
        Predicate = server => server.AutoMemory is not { } memory
            || IsHeld(memory, server.Resources.Limits) && IsHeld(memory, server.Resources.Requests),
        Value = server => server.AutoMemory?.Max.ToString() ?? "",
        CelValue = "string(self.autoMemory.max)",
        Message = "is less than the memory in resources: write at least as much",
    };

    static string IsHeldCel(string amounts) =>
        $"!has(self.resources.{amounts}) || !('memory' in self.resources.{amounts}) || "
        + $"{AmountRules.Cel("self.autoMemory.max")}.compareTo("
        + $"{AmountRules.Cel($"self.resources.{amounts}['memory']")}) >= 0";

    static bool IsHeld(AutoMemorySpec memory, ValueDictionary<Quantity> amounts) =>
        !amounts.TryGetValue("memory", out var amount) || amount <= memory.Max;
}
