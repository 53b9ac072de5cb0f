using BpDao.Core;
using BpDao.Crypto;
using BpDao.Evm.Gas;

namespace BpDao.Evm;

/// <summary>Carries out the delegations that a transaction brings (EIP-7702). One that is invalid is skipped; the transaction goes on.</summary>
internal sealed class AuthorizationList(EthereumEcdsa ecdsa)
{
    public void Apply(Transaction tx, BlockContext block, IReleaseSpec spec, WorldState world)
    {
        foreach (Authorization authorization in tx.AuthorizationList) Apply(authorization, block, spec, world);
    }

    private void Apply(Authorization authorization, BlockContext block, IReleaseSpec spec, WorldState world)
    {
        if (!authorization.ChainId.IsZero && authorization.ChainId != block.ChainId) return;
        if (authorization.Nonce == ulong.MaxValue) return;
        if (!ecdsa.TryRecoverAuthority(authorization, out Address authority)) return;
        // Protocol rule 2.4: the key is published, so a delegation by it would be everybody's. Not even warm.
        if (authority == spec.SystemSender) return;

        AccountState account = world.Load(authority);
        world.WarmUp(account);
        if (account.HasCode && !Delegation.TryParse(world.CodeOf(account).Span, out _)) return;
        if (account.Nonce != authorization.Nonce) return;

        if (!account.IsEmpty) world.Refund += GasCosts.ExistingAuthorityRefund;
        world.Touch(account);
        world.SetCode(account, authorization.Address.IsZero ? default(ReadOnlyMemory<byte>) : Delegation.CodeFor(authorization.Address));
        world.SetNonce(account, account.Nonce + 1);
    }
}
