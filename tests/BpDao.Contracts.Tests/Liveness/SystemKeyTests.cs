using BpDao.Consensus;
using BpDao.Consensus.Por.Blocks;
using BpDao.Contracts.Tests.Support;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.State;
using BpDao.Testing;
using Xunit;

namespace BpDao.Contracts.Tests.Liveness;

/// <summary>Protocol rule 2.4: everybody knows SYSTEM's key, and nobody can do anything with it.</summary>
public sealed class SystemKeyTests : IDisposable
{
    private readonly PorTestChain _chain = new();

    private PrivateKey User => _chain.KeyOf(0).Identity;

    [Fact]
    public void An_authorization_signed_with_the_system_key_changes_nothing()
    {
        _chain.Blocks(2);
        ulong nonce = _chain.Node.NonceOf(SystemTransaction.Sender);
        Transaction delegation = _chain.Transaction(User).WithGas(200_000)
            .Delegating(TestKeys.System, Address.FromNumber(0xb0da04), nonce)
            .Delegating(TestKeys.System, Address.FromNumber(0xb0da04), nonce + 1)
            .Delegating(TestKeys.B, Address.FromNumber(0xb0da04), 0)
            .Signed();

        PorBlock block = _chain.Block(b => b.With(delegation));

        Assert.True(block.ReceiptOf(delegation).Success);
        Assert.Equal(Account.EmptyCodeHash, CodeHashOf(SystemTransaction.Sender));
        Assert.NotEqual(Account.EmptyCodeHash, CodeHashOf(TestKeys.B.Address));
        Assert.Equal(_chain.Head.Number, _chain.Node.NonceOf(SystemTransaction.Sender));
        Assert.False(_chain.Block().IsSafeMode);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(2_000_000_000UL)]
    public void A_second_transaction_of_the_system_key_gets_a_vote_against(ulong gasPrice)
    {
        Transaction gift = _chain.Transaction(User).To(SystemTransaction.Sender).WithValue(UInt256.Parse("1000000000000000000")).Signed();
        _chain.Block(b => b.With(gift));
        Transaction second = Build.Transaction().From(TestKeys.System).WithNonce(_chain.Head.Number + 1).Legacy(gasPrice).Signed();

        Assert.False(_chain.Node.Pool.Submit(second with { }).IsAccepted);
        Assert.Equal(BlockError.ExtraSystemTransaction, _chain.Judge(b => b.Force(second)).Error);
        Assert.False(_chain.Block().IsSafeMode);
    }

    public void Dispose() => _chain.Dispose();

    private Hash256 CodeHashOf(Address address)
    {
        using StateView state = _chain.Node.States.OpenView(_chain.Head.StateRoot)!;
        return state.TryGetAccount(address, out Account account) ? account.CodeHash : Account.EmptyCodeHash;
    }
}
