using System.Reflection;
using Microsoft.Extensions.Logging;
using PyRepo.Server.Tests.Architecture;

namespace PyRepo.Server.Tests.Platform.Logging;

public sealed class EventIdTests
{
    /// <summary>The log counts messages by their id: two events of one id would hide each other.</summary>
    [Fact]
    public void No_two_events_have_the_same_id()
    {
        var ids =
            from assembly in ServerSources.Assemblies
            from type in assembly.GetTypes()
            from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            where method.GetCustomAttribute<LoggerMessageAttribute>() is not null
            select (method.GetCustomAttribute<LoggerMessageAttribute>()!.EventId, Name: $"{type}.{method.Name}");
        Assert.NotEmpty(ids);
        Assert.Empty(ids.GroupBy(id => id.EventId).Where(same => same.Count() > 1).SelectMany(same => same));
    }
}
