using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestFramework(typeof(PyRepo.Testing.NameOrderedFramework))]

namespace PyRepo.Testing;

/// <summary>
/// xunit, with the classes of a collection in the order of their names, and all else in an order that is the same in each
/// clone. Its own follows from hashes of the assembly's path: what one class left behind failed another in some clones
/// alone.
/// </summary>
sealed class NameOrderedFramework : XunitTestFramework
{
    /// <inheritdoc/>
    protected override ITestFrameworkDiscoverer CreateDiscoverer(Assembly assembly) =>
        new Discoverer(WithoutPath(assembly));

    /// <inheritdoc/>
    protected override ITestFrameworkExecutor CreateExecutor(Assembly assembly) => new Executor(WithoutPath(assembly));

    static XunitTestAssembly WithoutPath(Assembly assembly)
    {
        var name = assembly.GetName();
        return new XunitTestAssembly(assembly, null, name.Version, name.Name);
    }

    sealed class Executor(IXunitTestAssembly assembly) : XunitTestFrameworkExecutor(assembly)
    {
        /// <inheritdoc/>
        protected override ITestFrameworkDiscoverer CreateDiscoverer() => new Discoverer(TestAssembly);
    }

    sealed class Discoverer(IXunitTestAssembly assembly) : XunitTestFrameworkDiscoverer(assembly)
    {
        /// <inheritdoc/>
        protected override ValueTask<IXunitTestClass> CreateTestClass(Type @class) =>
            new(new XunitTestClass(@class, TestCollectionFactory.Get(@class), @class.FullName));
    }
}
