namespace TestRunner.Tests;

public sealed class OrderTests
{
    [Fact]
    public void Tests_run_in_the_same_order_in_each_clone()
    {
        var test = TestContext.Current;
        Assert.Equal(typeof(OrderTests).Assembly.GetName().Name, test.TestAssembly?.UniqueID);
        Assert.Equal(typeof(OrderTests).FullName, test.TestClass?.UniqueID);
    }
}
