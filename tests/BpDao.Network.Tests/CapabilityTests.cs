using Xunit;

namespace BpDao.Network.Tests;

public sealed class CapabilityTests
{
    [Fact]
    public void Is_written_as_name_and_version() => Assert.Equal("eth/68", new Capability("eth", 68).ToString());
}
