using System.Text.Json;
using BpDao.Core;
using Xunit;

namespace BpDao.Specs.Tests;

public sealed class ChainSpecProviderTests
{
    private static readonly ChainSpec Spec = new()
    {
        Name = "test",
        ChainId = 5,
        NetworkId = 5,
        Forks = new ForkSchedule { Activations = [new(Fork.London, 0, null), new(Fork.Paris, 10, null), new(Fork.Osaka, 0, 100)] },
        SealEngineType = "solo",
        EngineParameters = JsonSerializer.Deserialize<JsonElement>("{}"),
        BaseFeeRecipient = SystemContracts.ValidationPool,
        SystemSender = Address.FromNumber(0xee),
        Genesis = new GenesisSpec { Alloc = new Dictionary<Address, GenesisAccount>() },
    };

    [Fact]
    public void Every_fork_carries_the_networks_own_addresses()
    {
        ChainSpecProvider provider = new(Spec);
        foreach ((ulong number, ulong timestamp, Fork fork) in ((ulong, ulong, Fork)[])[(0, 0, Fork.London), (10, 99, Fork.Paris), (11, 100, Fork.Osaka)])
        {
            IReleaseSpec release = provider.GetSpec(number, timestamp);
            Assert.Equal(fork, release.Fork);
            Assert.Equal(SystemContracts.ValidationPool, release.BaseFeeRecipient);
            Assert.Equal(Address.FromNumber(0xee), release.SystemSender);
            Assert.False(release.HasExecutionRequests);
        }
    }

    [Fact]
    public void A_fork_has_one_instance()
    {
        ChainSpecProvider provider = new(Spec);
        Assert.Same(provider.GetSpec(1, 1), provider.GetSpec(9, 99));
    }

    [Fact]
    public void System_contracts_have_the_addresses_of_rule_1_1() =>
        Assert.Equal("0x0000000000000000000000000000000000b0da04", SystemContracts.ValidationPool.ToString());
}
